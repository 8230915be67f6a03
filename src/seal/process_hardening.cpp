#include "seal/process_hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>

namespace pgcoffer::seal {

void forbid_core_dumps() noexcept {
  // The limit alone does not hold where the kernel pipes core dumps to a program (systemd-coredump): the mark does.
  const rlimit none{0, 0};
  static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
  static_cast<void>(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
}

}  // namespace pgcoffer::seal
