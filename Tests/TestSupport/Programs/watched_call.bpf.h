/* The system call that a test makes to be told of, known by its number and its mark: see MarkedCall.swift. */
#pragma once
#include "maps.bpf.h"

const volatile __s64 watched_call = -1;
const volatile __s32 watched_mark;

/* What a system call is given: of its arguments only the first one. */
#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)
struct pt_regs {
#ifdef __TARGET_ARCH_arm64
  __u64 regs[31];
#else
  unsigned long di;
#endif
};
#pragma clang attribute pop

static __always_inline bool is_watched(struct pt_regs *regs, long id)
{
#ifdef __TARGET_ARCH_arm64
  __s32 mark = regs->regs[0];
#else
  __s32 mark = regs->di;
#endif
  return id == watched_call && mark == watched_mark;
}
