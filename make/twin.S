/* SPDX-License-Identifier: BSD-3-Clause */
/* The compat twin's program as data; twin_start == twin_end where there is none. */
	.section .rodata
	.globl twin_start, twin_end
	.balign 16
twin_start:
#ifdef TWIN
	.incbin TWIN
#endif
twin_end:
	.section .note.GNU-stack, "", %progbits
