#pragma once

namespace pgcoffer::seal {

/// Keys live in this process's memory: no core dump of it may be written, and processes of the same user may not
/// attach to it. For programs to call at their start; a library must not decide it. Best effort, never throws.
void forbid_core_dumps() noexcept;

}  // namespace pgcoffer::seal
