#include "seal/process_hardening.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "catch.hpp"

TEST_CASE("after it, no core dump can be written") {
  // In a process of its own: it cannot be undone.
  const pid_t child = ::fork();
  if (child == 0) {
    pgcoffer::seal::forbid_core_dumps();
    rlimit limit{1, 1};
    ::getrlimit(RLIMIT_CORE, &limit);
    const bool forbidden = limit.rlim_cur == 0 && limit.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
    ::_exit(forbidden ? 0 : 1);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
}
