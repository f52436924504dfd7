// SPDX-License-Identifier: AGPL-3.0-or-later
// Everything a page is made of, in one include.
#pragma once

#include "html/chart.hpp"
#include "html/content.hpp"
#include "html/diff.hpp"
#include "html/form.hpp"
#include "html/href.hpp"
#include "html/markup.hpp"
#include "html/navigation.hpp"
#include "html/page.hpp"
#include "html/passkey.hpp"
#include "html/table.hpp"
