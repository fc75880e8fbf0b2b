#pragma once

#include "harness/lab/lab.hpp"

namespace azlab::run {

/// Seconds that reading a step and acting on it takes somebody who knows the ground; waiting is not in it. An estimate:
/// 238 words a minute, the mean of 190 studies of silent reading (Brysbaert 2019, for English), and for each action the
/// keystroke-level model's thinking, pointing and pressing, 1.35 s + 1.1 s + 0.2 s (Card, Moran and Newell 1980). Scripts
/// without spaces between words count two characters as one word.
double doing_seconds(const lab::Step& step);

}  // namespace azlab::run
