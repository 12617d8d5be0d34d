// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Sums per payee
/// @notice Collects what a batch owes, so that each payee gets one transfer.
library Payouts {
    /// @param payees Distinct accounts; the first `count` are in use.
    /// @param amounts What each is owed.
    /// @param count Payees so far.
    struct List {
        address[] payees;
        uint256[] amounts;
        uint256 count;
    }

    /// @notice An empty list for up to `capacity` payees.
    function create(uint256 capacity) internal pure returns (List memory list) {
        list.payees = new address[](capacity);
        list.amounts = new uint256[](capacity);
    }

    /// @notice Adds `amount` to what `payee` is owed. The newest payee is looked at first, so a batch grouped by
    /// payee costs one comparison for each item.
    function add(List memory list, address payee, uint256 amount) internal pure {
        uint256 position = list.count;
        while (position != 0) {
            --position;
            if (list.payees[position] == payee) {
                list.amounts[position] += amount;
                return;
            }
        }
        list.payees[list.count] = payee;
        list.amounts[list.count] = amount;
        ++list.count;
    }
}
