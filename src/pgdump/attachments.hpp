#pragma once

#include <vector>

#include "pgdump/contents.hpp"

namespace pgcoffer::pgdump {

/// pg_dump before 14 attaches a partition in the entry that makes it. Gives ALTER TABLE … ATTACH PARTITION an entry of
/// its own behind that one, as later versions do: which partition is whose is then told alike.
void part_attachments(std::vector<Entry>& entries);

}  // namespace pgcoffer::pgdump
