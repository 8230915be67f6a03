#pragma once

#include <array>
#include <string_view>

namespace pgcoffer::rows {

/// Names for pseudonyms. Changing the lists changes all pseudonyms that are made of them.
inline constexpr std::array<std::string_view, 64> first_names = {
    "Ada",   "Alan",   "Alice", "Amir",  "Anna", "Ben",   "Bella", "Boris", "Carla",  "Carlos", "Chen",
    "Clara", "Daniel", "Diana", "Dora",  "Eli",  "Elena", "Emma",  "Erik",  "Fatima", "Felix",  "Flora",
    "Frida", "George", "Grace", "Hana",  "Hugo", "Ida",   "Igor",  "Ines",  "Ivan",   "Jack",   "Jana",
    "Jon",   "Julia",  "Kai",   "Karen", "Kofi", "Lara",  "Leo",   "Lin",   "Luis",   "Maria",  "Max",
    "Mila",  "Nadia",  "Nils",  "Nora",  "Olga", "Omar",  "Otto",  "Paula", "Pedro",  "Rosa",   "Ruth",
    "Sam",   "Sara",   "Sven",  "Tara",  "Theo", "Uma",   "Vera",  "Yuki",  "Zoe"};

inline constexpr std::array<std::string_view, 64> last_names = {
    "Abbott", "Acker",  "Adler",  "Baker",  "Barnes", "Becker", "Berg",  "Bishop", "Brook",  "Carter", "Castro",
    "Clarke", "Cohen",  "Cruz",   "Dale",   "Diaz",   "Dixon",  "Dunn",  "Ellis",  "Evans",  "Fields", "Fischer",
    "Ford",   "Frost",  "Garcia", "Gray",   "Haas",   "Hale",   "Hart",  "Hayes",  "Holm",   "Hughes", "Ito",
    "Jensen", "Keller", "Khan",   "Klein",  "Lang",   "Lopez",  "Marsh", "Meyer",  "Moreno", "Nagy",   "Novak",
    "Olsen",  "Park",   "Perez",  "Pope",   "Quinn",  "Ramos",  "Reed",  "Rossi",  "Sato",   "Silva",  "Stone",
    "Tanaka", "Torres", "Vance",  "Wagner", "Weber",  "White",  "Wolf",  "Young",  "Zhang"};

}  // namespace pgcoffer::rows
