#pragma once

#include <string_view>

namespace pgcoffer::content {

/// The English words of BIP 39, of which wallets make the phrases that their keys come from; blanks between.
extern const std::string_view kMnemonicWords;

/// Whether twelve of those words and more follow one another, in small letters, and end with their checksum: sentences
/// have others between, and lists of words are right in one case of sixteen.
[[nodiscard]] bool has_mnemonic(std::string_view text);

}  // namespace pgcoffer::content
