// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Settlement} from "../../src/libraries/Settlement.sol";
import {PackedChannel, Status} from "../../src/types/Channel.sol";
import {PackedProvider, ProxyStatus} from "../../src/types/Provider.sol";
import {Asserts} from "../base/Asserts.sol";
import {Model} from "../base/Model.sol";

/// @notice The settlement arithmetic against the model, and the packed words.
contract ArithmeticTest is Asserts {
    function testFuzz_Price_IsTheModels(uint48 countKB, uint96 pricePerMB, bool isLock) public pure {
        uint8 kind = isLock ? 2 : 1;
        uint256 countBytes = uint256(countKB) * 1_000;
        assertEq(
            Settlement.price(countKB, pricePerMB, kind), Model.price(countBytes, pricePerMB, isLock), "price"
        );
        assertEq(
            Settlement.deposit(countKB, pricePerMB, kind), Model.deposit(countBytes, pricePerMB, isLock), "deposit"
        );
    }

    function testFuzz_Settlement_IsTheModelsAndStaysWithinTheDeposit(
        uint48 capacityKB,
        uint48 consumerSeed,
        uint48 difference,
        uint96 pricePerMB,
        uint32 toleranceSeed,
        bool isLock
    ) public pure {
        uint256 uA = bound(consumerSeed, 0, capacityKB);
        // Mostly near the edge of the tolerance, where a rule could be off by one.
        uint256 uB = uA + bound(difference, 0, difference % 2 == 0 ? 6_000 : capacityKB);
        if (uB > capacityKB) uB = capacityKB;
        uint256 tolerance = bound(toleranceSeed, 0, 1_000_000);
        uint8 kind = isLock ? 2 : 1;

        uint256 chargedKB = Settlement.chargedKB(uA, uB, tolerance);
        uint256 paid = Settlement.price(uA, pricePerMB, kind);
        uint256 charged = Settlement.price(chargedKB, pricePerMB, kind);
        uint256 deposit = Settlement.deposit(capacityKB, pricePerMB, kind);
        (uint256 modelPaid, uint256 burned, uint256 refunded) = Model.settle(
            uint256(capacityKB) * 1_000, uA * 1_000, uB * 1_000, pricePerMB, tolerance, isLock
        );
        assertEq(paid, modelPaid, "paid");
        assertEq(charged - paid, burned, "burned");
        assertEq(deposit - charged, refunded, "refunded");
        assertTrue(paid <= charged && charged <= deposit, "paid <= charged <= deposit");
    }

    function testFuzz_PackedChannel_KeepsItsFieldsApart(uint48 a, uint48 b, uint48 c, uint48 d, uint40 deadline)
        public
        pure
    {
        PackedChannel channel = PackedChannel.wrap(0).withStatus(Status.Opened, 1).withCapacityKB(d).withPaidKB(c);
        channel = channel.withProviderKB(a).withConsumerKB(a).withPaidKB(b).withStatus(Status.Closing, deadline);
        channel = channel.withCapacityKB(a).withProviderKB(d).withConsumerKB(c);
        assertEq(channel.capacityKB(), a, "capacity");
        assertEq(channel.paidKB(), b, "paid");
        assertEq(channel.consumerKB(), c, "consumer's");
        assertEq(channel.providerKB(), d, "provider's");
        assertEq(channel.deadline(), deadline, "deadline");
        assertTrue(channel.status() == Status.Closing && channel.isIn(Status.Closing), "status");
    }

    function testFuzz_PackedProvider_KeepsItsFieldsApart(uint8 direct, uint8 locks, uint40 leavesAt) public pure {
        PackedProvider provider = PackedProvider.wrap(0).withProxyStatus(ProxyStatus.Registered, 7);
        for (uint256 i = 0; i < direct; ++i) provider = provider.withDirectTaken();
        for (uint256 i = 0; i < locks; ++i) provider = provider.withLockTaken();
        provider = provider.withProxyStatus(ProxyStatus.Leaving, leavesAt);
        if (direct > 0) provider = provider.withDirectFreed();
        if (locks > 0) provider = provider.withLockFreed();
        assertEq(provider.activeDirect(), direct > 0 ? direct - 1 : 0, "direct");
        assertEq(provider.activeLocks(), locks > 0 ? locks - 1 : 0, "locks");
        assertEq(provider.leavesAt(), leavesAt, "leaves at");
        assertTrue(provider.proxyStatus() == ProxyStatus.Leaving, "standing");
    }
}
