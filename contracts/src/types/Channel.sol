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

/// @notice A channel as `getChannel` shows it, in bytes.
/// @param status Where the channel stands.
/// @param capacity Bytes that the deposit covers.
/// @param paidBytes Bytes that the provider has been paid for.
/// @param consumerBytes Greatest count shown in a unit of the consumer (uA), clipped to the capacity.
/// @param providerBytes Greatest count shown in a unit of the provider (uB), clipped to the capacity.
/// @param deadline Seconds. Opened: confirming ends here. Closing: settling starts here. Otherwise zero.
struct ChannelView {
    Status status;
    uint64 capacity;
    uint64 paidBytes;
    uint64 consumerBytes;
    uint64 providerBytes;
    uint40 deadline;
}

/// @notice A channel in one storage word; zero is a channel that never was. Counts are in KB and only grow.
///
///     bits   0–47 capacity · 48–95 paid · 96–143 uA, the consumer's · 144–191 uB, the provider's
///          192–231 deadline · 232–239 status · 240–255 zero
type PackedChannel is uint256;

using {status, isIn, capacityKB, paidKB, consumerKB, providerKB, deadline} for PackedChannel global;
using {withStatus, withCapacityKB, withPaidKB, withConsumerKB, withProviderKB} for PackedChannel global;

uint256 constant COUNT_MASK = type(uint48).max;
uint256 constant DEADLINE_MASK = type(uint40).max;
uint256 constant BELOW_DEADLINE_MASK = (1 << 192) - 1;

function status(PackedChannel self) pure returns (Status) {
    return Status(PackedChannel.unwrap(self) >> 232);
}

/// @dev Cheaper than comparing `status()`, which checks the range of the enumeration.
function isIn(PackedChannel self, Status expected) pure returns (bool) {
    return PackedChannel.unwrap(self) >> 232 == uint256(expected);
}

function capacityKB(PackedChannel self) pure returns (uint256) {
    return PackedChannel.unwrap(self) & COUNT_MASK;
}

function paidKB(PackedChannel self) pure returns (uint256) {
    return (PackedChannel.unwrap(self) >> 48) & COUNT_MASK;
}

function consumerKB(PackedChannel self) pure returns (uint256) {
    return (PackedChannel.unwrap(self) >> 96) & COUNT_MASK;
}

function providerKB(PackedChannel self) pure returns (uint256) {
    return (PackedChannel.unwrap(self) >> 144) & COUNT_MASK;
}

function deadline(PackedChannel self) pure returns (uint256) {
    return (PackedChannel.unwrap(self) >> 192) & DEADLINE_MASK;
}

/// @dev Each step sets the deadline with the status, since none means anything to the next.
function withStatus(PackedChannel self, Status newStatus, uint256 newDeadline) pure returns (PackedChannel) {
    return PackedChannel.wrap(
        (PackedChannel.unwrap(self) & BELOW_DEADLINE_MASK) | ((newDeadline & DEADLINE_MASK) << 192)
            | (uint256(newStatus) << 232)
    );
}

function withCapacityKB(PackedChannel self, uint256 countKB) pure returns (PackedChannel) {
    return _withCount(self, countKB, 0);
}

function withPaidKB(PackedChannel self, uint256 countKB) pure returns (PackedChannel) {
    return _withCount(self, countKB, 48);
}

function withConsumerKB(PackedChannel self, uint256 countKB) pure returns (PackedChannel) {
    return _withCount(self, countKB, 96);
}

function withProviderKB(PackedChannel self, uint256 countKB) pure returns (PackedChannel) {
    return _withCount(self, countKB, 144);
}

/// @dev Counts fit: a capacity is checked when it is accepted, every other count is clipped to one.
function _withCount(PackedChannel self, uint256 countKB, uint256 offset) pure returns (PackedChannel) {
    return PackedChannel.wrap((PackedChannel.unwrap(self) & ~(COUNT_MASK << offset)) | (countKB << offset));
}
