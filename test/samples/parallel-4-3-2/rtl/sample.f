espalier_adder.v
espalier_frame.v
espalier_gather.v
espalier_skid_buffer.v
sample_hidden.v
sample_output.v
sample_head.v
sample.v
