#pragma once

#include <string_view>

namespace azlab {

// Names by which those who arm faults (sim/faults) and those who meet them (sim/http, sim/ml, sim/net) agree.

/// The phase of a fault that breaks the connection over which a request came: only clients of the network meet it.
inline constexpr std::string_view kConnection = "connection";
/// The phase of a fault that ends a connection to an operation's host before anything is asked: in the handshake of TLS.
inline constexpr std::string_view kHandshake = "handshake";
/// In ArmedFault::values: simulated seconds by which the phase lasts longer, instead of failing.
inline constexpr std::string_view kDelaySeconds = "delaySeconds";
/// Whose request it is when the listener asks whether a handshake is to fail. It stands for no client and is answered by kTransportHeader.
inline constexpr std::string_view kHandshakeOrigin = "azlab-handshake";
/// A header that no client sees: what the listener does to the connection instead of, or while, answering. "reset" (closed with a
/// RST), "cut" (half of the answer), "slow" (a few bytes at a time), "hang" (nothing until the client goes).
inline constexpr std::string_view kTransportHeader = "x-azlab-transport";

}  // namespace azlab
