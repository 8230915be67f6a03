#pragma once

#include "pgcoffer/secret.hpp"  // IWYU pragma: export
