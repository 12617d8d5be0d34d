// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice Where a channel stands. Nothing leads back to an earlier status.
///
///     None ── open ──► Opened ── confirm ──► Active ── startClose ──► Closing ── settle ──► Settled
///       │                │                     │                         │
///       │                ├─ decline ─► Declined└──── cooperativeClose ───┴──────────────────► Settled
///       │                └─ withdrawUnconfirmed ─► Expired
///       └── openAccepted ───────────────────► Active
enum Status {
    None,
    Opened,
    Active,
    Closing,
    Settled,
    Declined,
    Expired
}

/// @notice A channel in memory. In storage it is one word, see `PackedChannel`.
/// @param capacityKB KB that the deposit covers; only grows.
/// @param paidKB KB that claims have paid for; only grows.
/// @param consumerKB Greatest KB shown in a unit of the consumer (uA), clipped to the capacity; only grows.
/// @param providerKB Greatest KB shown in a unit of the provider (uB), clipped to the capacity; only grows.
/// @param deadline Seconds. Opened: confirming ends here. Closing: settling starts here.
/// @param status Where the channel stands.
struct Channel {
    uint48 capacityKB;
    uint48 paidKB;
    uint48 consumerKB;
    uint48 providerKB;
    uint40 deadline;
    Status status;
}

/// @notice A channel as `getChannel` shows it: the same, in bytes.
struct ChannelView {
    Status status;
    uint64 capacity;
    uint64 paidBytes;
    uint64 consumerBytes;
    uint64 providerBytes;
    uint40 deadline;
}

/// @notice A channel in one storage word; zero is a channel that never was.
///
///     bits   0–47 capacityKB · 48–95 paidKB · 96–143 consumerKB · 144–191 providerKB · 192–231 deadline
///          232–239 status · 240–255 zero
type PackedChannel is uint256;

using {unpack} for PackedChannel global;
using {pack} for Channel global;

/// @dev Each count is a uint48 and cannot spill into its neighbour.
function pack(Channel memory self) pure returns (PackedChannel) {
    return PackedChannel.wrap(
        uint256(self.capacityKB) | (uint256(self.paidKB) << 48) | (uint256(self.consumerKB) << 96)
            | (uint256(self.providerKB) << 144) | (uint256(self.deadline) << 192) | (uint256(self.status) << 232)
    );
}

/// @dev The truncating casts select the field.
function unpack(PackedChannel packed) pure returns (Channel memory self) {
    uint256 word = PackedChannel.unwrap(packed);
    self.capacityKB = uint48(word);
    self.paidKB = uint48(word >> 48);
    self.consumerKB = uint48(word >> 96);
    self.providerKB = uint48(word >> 144);
    self.deadline = uint40(word >> 192);
    self.status = Status(uint8(word >> 232));
}
