/* Registers of a design of Espalier: addresses in bytes, and masks of their fields. */
#ifndef ESPALIER_REGISTERS_H
#define ESPALIER_REGISTERS_H

#define ESPALIER_IDENTITY_VALUE 0x4553504Cu
#define ESPALIER_MAP_VERSION 1u

/* Reads as 0x4553504C, `ESPL`. */
#define ESPALIER_IDENTITY 0x00u

/* Of this map: 1. */
#define ESPALIER_VERSION 0x04u

/* The first 32 bits of the SHA-256 of the design's network.json. */
#define ESPALIER_HASH_0 0x08u

/* The next 32. */
#define ESPALIER_HASH_1 0x0Cu

/* The next 32. */
#define ESPALIER_HASH_2 0x10u

/* The next 32. */
#define ESPALIER_HASH_3 0x14u

/* How a sample is written. */
#define ESPALIER_INPUT_SHAPE 0x18u
#define ESPALIER_INPUT_SHAPE_BEATS 0x00FFFFFFu /* beats of a sample */
#define ESPALIER_INPUT_SHAPE_WIDTH 0xFF000000u /* bits of a beat: 8, 16, 32, or by a stream 64 */

/* How a result is read. */
#define ESPALIER_OUTPUT_SHAPE 0x1Cu
#define ESPALIER_OUTPUT_SHAPE_BEATS 0x00FFFFFFu /* beats of a sample */
#define ESPALIER_OUTPUT_SHAPE_WIDTH 0xFF000000u /* bits of a beat: 8, 16, 32, or by a stream 64 */

/* Address of a sample's first beat; each beat has four bytes. 0: beats go by a stream. */
#define ESPALIER_INPUT_OFFSET 0x20u

/* Address of a result's first beat. 0: beats come by a stream. */
#define ESPALIER_OUTPUT_OFFSET 0x24u

/* What is to be done. */
#define ESPALIER_CONTROL 0x28u
#define ESPALIER_CONTROL_START 0x00000001u /* the sample that was written goes to the design; refused while one is in work */
#define ESPALIER_CONTROL_RESET 0x00000002u /* the design and the sample in work are reset; START beside it is refused */
#define ESPALIER_CONTROL_CLEAR 0x00000004u /* the counters CYCLES to FRAME_ERRORS begin at 0 again */

/* What is. */
#define ESPALIER_STATUS 0x2Cu
#define ESPALIER_STATUS_BUSY 0x00000001u /* a sample is in work */
#define ESPALIER_STATUS_DONE 0x00000002u /* a result is there, until 1 is written here, or the next start, or a reset */
#define ESPALIER_STATUS_LOADING 0x00000004u /* beats go to the design: writing one is refused */

/* The interrupt line. */
#define ESPALIER_INTERRUPT 0x30u
#define ESPALIER_INTERRUPT_ENABLE 0x00000001u /* the line is high while DONE is */

/* The class of the last result; 0 where the network has none. */
#define ESPALIER_CLASS 0x34u

/* Clock cycles from its first beat in to its last beat out; by a stream, of the last packet. */
#define ESPALIER_CYCLES 0x38u

/* Results that came. */
#define ESPALIER_SAMPLES 0x3Cu

/* Starts and beats that were refused; stays at its end. */
#define ESPALIER_REFUSED 0x40u

/* Accesses to what is not there; stays at its end. */
#define ESPALIER_BUS_ERRORS 0x44u

/* Samples that the design dropped, and results of another length: none. */
#define ESPALIER_FRAME_ERRORS 0x48u

#endif
