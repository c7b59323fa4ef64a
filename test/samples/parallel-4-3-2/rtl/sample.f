espalier_adder.v
espalier_skid_buffer.v
sample_hidden.v
sample_output.v
sample_head.v
sample.v
