/* SPDX-License-Identifier: BSD-3-Clause */
#include <errno.h>

#include "filters/check.h"
#include "filters/sim.h"

struct machine {
	uint32_t a, x;
	uint32_t mem[BPF_MEMWORDS];
	size_t pc;
	bool done;
	uint32_t value;
};

/* By value and not by memory, so that host and filter may differ in endianness. */
static uint32_t load(const struct seccomp_data *data, uint32_t offset, bool big_endian)
{
	bool second = offset & 4;
	uint64_t word;

	if (offset < 8)
		return second ? data->arch : (uint32_t)data->nr;
	word = offset < 16 ? data->instruction_pointer : data->args[(offset - 16) / 8];
	return second == big_endian ? (uint32_t)word : (uint32_t)(word >> 32);
}

static void finish(struct machine *m, uint32_t value)
{
	m->done = true;
	m->value = value;
}

static void alu(struct machine *m, const struct sock_filter *insn)
{
	uint32_t operand = BPF_SRC(insn->code) == BPF_X ? m->x : insn->k;

	switch (BPF_OP(insn->code)) {
	case BPF_ADD:
		m->a += operand;
		break;
	case BPF_SUB:
		m->a -= operand;
		break;
	case BPF_MUL:
		m->a *= operand;
		break;
	case BPF_DIV:
		if (operand)
			m->a /= operand;
		else
			finish(m, 0);
		break;
	case BPF_AND:
		m->a &= operand;
		break;
	case BPF_OR:
		m->a |= operand;
		break;
	case BPF_XOR:
		m->a ^= operand;
		break;
	case BPF_LSH:
		m->a <<= operand & 31;
		break;
	case BPF_RSH:
		m->a >>= operand & 31;
		break;
	case BPF_NEG:
		m->a = -m->a;
		break;
	}
}

static void jump(struct machine *m, const struct sock_filter *insn)
{
	uint32_t operand = BPF_SRC(insn->code) == BPF_X ? m->x : insn->k;
	bool taken = false;

	switch (BPF_OP(insn->code)) {
	case BPF_JA:
		m->pc += insn->k;
		return;
	case BPF_JEQ:
		taken = m->a == operand;
		break;
	case BPF_JGT:
		taken = m->a > operand;
		break;
	case BPF_JGE:
		taken = m->a >= operand;
		break;
	case BPF_JSET:
		taken = m->a & operand;
		break;
	}
	m->pc += taken ? insn->jt : insn->jf;
}

static uint32_t loaded(const struct machine *m, const struct sock_filter *insn,
		       const struct seccomp_data *data, bool big_endian)
{
	switch (BPF_MODE(insn->code)) {
	case BPF_ABS:
		return load(data, insn->k, big_endian);
	case BPF_LEN:
		return sizeof(*data);
	case BPF_MEM:
		return m->mem[insn->k];
	default:
		return insn->k;
	}
}

static void execute(struct machine *m, const struct sock_filter *insn,
		    const struct seccomp_data *data, bool big_endian)
{
	m->pc++;
	switch (BPF_CLASS(insn->code)) {
	case BPF_LD:
		m->a = loaded(m, insn, data, big_endian);
		break;
	case BPF_LDX:
		m->x = loaded(m, insn, data, big_endian);
		break;
	case BPF_ST:
		m->mem[insn->k] = m->a;
		break;
	case BPF_STX:
		m->mem[insn->k] = m->x;
		break;
	case BPF_ALU:
		alu(m, insn);
		break;
	case BPF_JMP:
		jump(m, insn);
		break;
	case BPF_RET:
		finish(m, BPF_RVAL(insn->code) == BPF_A ? m->a : insn->k);
		break;
	case BPF_MISC:
		if (BPF_MISCOP(insn->code) == BPF_TAX)
			m->x = m->a;
		else
			m->a = m->x;
		break;
	}
}

struct sim_result sim_run_checked(const struct sock_filter *prog, const struct seccomp_data *data,
				  bool big_endian,
				  void (*step)(void *step_data, const struct sim_step *step),
				  void *step_data)
{
	struct sim_result result = { 0 };
	struct machine m = { 0 };

	while (!m.done) {
		result.pc = m.pc;
		execute(&m, &prog[result.pc], data, big_endian);
		result.executed++;
		if (step)
			step(step_data,
			     &(struct sim_step){ result.pc, &prog[result.pc], m.a, m.x });
	}
	result.value = m.value;
	return result;
}

int sim_run(const struct sock_filter *prog, size_t len, const struct seccomp_data *data,
	    bool big_endian, void (*step)(void *step_data, const struct sim_step *step),
	    void *step_data, struct sim_result *result)
{
	if (check_filter(prog, len).reason != CHECK_OK)
		return -EINVAL;
	*result = sim_run_checked(prog, data, big_endian, step, step_data);
	return 0;
}
