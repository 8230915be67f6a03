#pragma once

#include <stop_token>
#include <string>

#include "pgcoffer/connect_options.hpp"
#include "review/compare.hpp"
#include "seal/seal.hpp"

namespace pgcoffer::review {

/// Whether the name is that of an archive, ours or pg_dump's, and not that of a policy.
[[nodiscard]] bool is_archive(const std::string& name);

/// The verdicts that stand in an archive.
[[nodiscard]] VerdictSet verdicts_of_archive(const std::string& path, const seal::Identities& identities);
/// Those that a policy has on a database. Throws Error(policy) for the first reason for which it cannot be used.
[[nodiscard]] VerdictSet verdicts_of_policy(const std::string& name, const ConnectOptions& connection,
                                            const std::stop_token& stop);

}  // namespace pgcoffer::review
