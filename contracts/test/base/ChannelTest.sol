// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {PaymentChannels} from "../../src/PaymentChannels.sol";
import {TachyonToken} from "../../src/TachyonToken.sol";
import {ChannelView, Status} from "../../src/types/Channel.sol";
import {Signature} from "../../src/types/Signature.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {Asserts} from "./Asserts.sol";
import {Signing} from "./Signing.sol";
import {VM} from "./Vm.sol";

/// @notice A deployed escrow, a consumer with tokens and an allowance, a provider, and a stranger who relays.
abstract contract ChannelTest is Asserts, Signing {
    uint256 internal constant CONFIRM_TIMEOUT = 5 hours;
    uint256 internal constant CHALLENGE_PERIOD = 12 hours;
    uint256 internal constant LEAVING_DELAY = 7 days;
    uint256 internal constant BOND = 1_000 ether;
    uint256 internal constant FUNDS = 1_000_000 ether;
    uint64 internal constant MB = 1_000_000;
    uint96 internal constant PRICE = 0.001 ether;

    TachyonToken internal token;
    PaymentChannels internal channels;
    bytes32 internal separator;

    address internal consumer;
    uint256 internal consumerKey;
    address internal provider;
    uint256 internal providerKey;
    address internal stranger;
    uint256 internal strangerKey;

    uint256 private _salts;

    function setUp() public virtual {
        VM.warp(1_790_000_000);
        (consumer, consumerKey) = account("consumer");
        (provider, providerKey) = account("provider");
        (stranger, strangerKey) = account("stranger");
        token = new TachyonToken(address(this), 10 * FUNDS);
        channels = deployChannels(IERC20(address(token)), CONFIRM_TIMEOUT, CHALLENGE_PERIOD, BOND, LEAVING_DELAY);
        separator = separatorOf("Tachyon", address(channels));
        fund(consumer);
        fund(provider);
        fund(stranger);
    }

    function deployChannels(
        IERC20 token_,
        uint256 confirmTimeout,
        uint256 challengePeriod,
        uint256 bond,
        uint256 leavingDelay
    ) internal returns (PaymentChannels) {
        token_.approve(VM.computeCreateAddress(address(this), VM.getNonce(address(this))), 10_000);
        return new PaymentChannels(token_, confirmTimeout, challengePeriod, bond, leavingDelay);
    }

    function fund(address who) internal {
        token.transfer(who, FUNDS);
        VM.prank(who);
        token.approve(address(channels), type(uint256).max);
    }

    // ------------------------------------------------------------------------------------------ building

    function someTerms() internal returns (Terms memory) {
        return Terms(consumer, provider, 100 * MB, PRICE, 10_000, 1, bytes32(++_salts));
    }

    function lockTerms() internal returns (Terms memory terms) {
        terms = someTerms();
        terms.kind = 2;
    }

    function idOf(Terms memory terms) internal view returns (bytes32) {
        return typed(separator, hashOf(terms));
    }

    function byConsumer(Terms memory terms, uint64 bytesUsed) internal view returns (SignedUnit memory) {
        return signUnit(separator, terms, consumerKey, bytesUsed);
    }

    function byProvider(Terms memory terms, uint64 bytesUsed) internal view returns (SignedUnit memory) {
        return signUnit(separator, terms, providerKey, bytesUsed);
    }

    function noUnit() internal pure returns (SignedUnit memory unit) {}

    function order(string memory name, Terms memory terms, uint256 key, uint64 time)
        internal
        view
        returns (Signature memory)
    {
        return signOrder(separator, name, idOf(terms), key, time);
    }

    function closure(Terms memory terms, uint256 key, uint64 bytesUsed, uint64 validUntil)
        internal
        view
        returns (Signature memory)
    {
        return signClosure(separator, idOf(terms), key, bytesUsed, validUntil);
    }

    function soon() internal view returns (uint64) {
        return uint64(block.timestamp + 1 hours);
    }

    // -------------------------------------------------------------------------------------------- acting

    function open(Terms memory terms) internal {
        VM.prank(terms.consumer);
        channels.open(terms);
    }

    function activate(Terms memory terms) internal {
        open(terms);
        VM.prank(terms.provider);
        channels.confirm(terms);
    }

    function active() internal returns (Terms memory terms) {
        terms = someTerms();
        activate(terms);
    }

    function closing(uint64 consumerBytes, uint64 providerBytes) internal returns (Terms memory terms) {
        terms = active();
        startClose(terms, consumerBytes, providerBytes);
    }

    function startClose(Terms memory terms, uint64 consumerBytes, uint64 providerBytes) internal {
        SignedUnit memory unitA = consumerBytes == 0 ? noUnit() : byConsumer(terms, consumerBytes);
        SignedUnit memory unitB = providerBytes == 0 ? noUnit() : byProvider(terms, providerBytes);
        VM.prank(terms.consumer);
        channels.startClose(terms, unitA, unitB);
    }

    function cooperativeClose(Terms memory terms, uint64 bytesUsed) internal {
        channels.cooperativeClose(
            terms,
            bytesUsed,
            soon(),
            closure(terms, consumerKey, bytesUsed, soon()),
            closure(terms, providerKey, bytesUsed, soon())
        );
    }

    function settle(Terms memory terms) internal {
        VM.warp(channels.getChannel(idOf(terms)).deadline);
        channels.settle(terms);
    }

    function register(address proxy) internal {
        VM.prank(proxy);
        channels.registerProxy();
    }

    // ------------------------------------------------------------------------------------------ checking

    function assertChannel(
        Terms memory terms,
        Status status,
        uint64 capacity,
        uint64 paidBytes,
        uint64 consumerBytes,
        uint64 providerBytes,
        uint256 deadline
    ) internal view {
        ChannelView memory channel = channels.getChannel(idOf(terms));
        assertEq(uint256(channel.status), uint256(status), "status");
        assertEq(channel.capacity, capacity, "capacity");
        assertEq(channel.paidBytes, paidBytes, "paid bytes");
        assertEq(channel.consumerBytes, consumerBytes, "consumer's bytes");
        assertEq(channel.providerBytes, providerBytes, "provider's bytes");
        assertEq(channel.deadline, deadline, "deadline");
    }

    function assertStatus(Terms memory terms, Status status) internal view {
        assertEq(uint256(channels.getChannel(idOf(terms)).status), uint256(status), "status");
    }

    /// @dev What the parties, a stranger and the escrow hold, and what is not burned.
    function money() internal view returns (uint256[5] memory) {
        return [
            token.balanceOf(consumer),
            token.balanceOf(provider),
            token.balanceOf(stranger),
            token.balanceOf(address(channels)),
            token.totalSupply()
        ];
    }

    /// @dev That `caller` is refused with exactly this error, and that neither money, channel nor slots changed.
    function assertRefused(address caller, Terms memory terms, bytes memory call, bytes memory expected) internal {
        bytes memory before = _world(terms);
        VM.prank(caller);
        (bool success, bytes memory reason) = address(channels).call(call);
        assertTrue(!success, "the call must be refused");
        assertEq(reason, expected, "error");
        assertEq(_world(terms), before, "a refused call changed something");
    }

    /// @dev The refusal of a signature made for another message than the one with this `digest`: who it names follows
    /// from the two alone.
    function wrongSigner(bytes32 digest, Signature memory signature, address expected)
        internal
        pure
        returns (bytes memory)
    {
        address recovered = ecrecover(digest, signature.v, signature.r, signature.s);
        return abi.encodeWithSelector(IPaymentChannels.WrongSigner.selector, recovered, expected);
    }

    function _world(Terms memory terms) internal view returns (bytes memory) {
        (uint256 standing, uint40 leavesAt) = _standing(terms.provider);
        return abi.encode(
            money(),
            channels.getChannel(idOf(terms)),
            channels.activeChannels(terms.provider),
            channels.activeLocks(terms.provider),
            standing,
            leavesAt
        );
    }

    function _standing(address who) private view returns (uint256, uint40) {
        (bool success, bytes memory data) = address(channels).staticcall(abi.encodeCall(channels.proxyOf, (who)));
        assertTrue(success, "proxyOf");
        return abi.decode(data, (uint256, uint40));
    }
}
