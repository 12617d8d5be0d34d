// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IPaymentChannels} from "../../src/interfaces/IPaymentChannels.sol";
import {ChannelView, Status} from "../../src/types/Channel.sol";
import {ProxyStatus} from "../../src/types/Provider.sol";
import {Signature} from "../../src/types/Signature.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {VM} from "../base/Vm.sol";
import {Cast} from "./Cast.sol";

/// @notice Plays consumers, providers, proxies, towers and strangers in any order. A side that is not honest shows
/// stale units, understates, overstates, stays silent or colludes; an honest one follows the protocol: a consumer
/// signs at most a checkpoint ahead of what it got, a provider serves at most a checkpoint ahead of what is signed,
/// and its tower shows the best evidence before the clock can move past a deadline.
contract Handler is Cast {
    // ---------------------------------------------------------------------------------------------- opening

    function open(uint256 who, uint256 termsSeed, bool consumerHonest, bool providerHonest) external {
        if (_plays.length == MAX_PLAYS) return;
        Play storage play = _draw(who, termsSeed, consumerHonest, providerHonest);
        if (!_call(play.terms.consumer, play, abi.encodeCall(IPaymentChannels.open, (play.terms)), "open")) {
            _plays.pop();
        }
    }

    function openAccepted(uint256 who, uint256 termsSeed, bool consumerHonest, bool providerHonest) external {
        if (_plays.length == MAX_PLAYS) return;
        Play storage play = _draw(who, termsSeed, consumerHonest, providerHonest);
        uint64 expiry = uint64(block.timestamp);
        Signature memory acceptance =
            signOrder(_SEPARATOR, "Acceptance", play.id, _keys[play.terms.provider], expiry);
        bytes memory data = abi.encodeCall(IPaymentChannels.openAccepted, (play.terms, expiry, acceptance));
        if (!_call(play.terms.consumer, play, data, "openAccepted")) _plays.pop();
    }

    function confirm(uint256 seed) external {
        (bool found, Play storage play) = _pick(seed, Status.Opened, Status.Opened);
        if (!found) return;
        _call(play.terms.provider, play, abi.encodeCall(IPaymentChannels.confirm, (play.terms)), "confirm");
    }

    function leaveUnconfirmed(uint256 seed, bool declines) external {
        (bool found, Play storage play) = _pick(seed, Status.Opened, Status.Opened);
        if (!found || seed % 4 != 0) return;
        if (declines) {
            _call(play.terms.provider, play, abi.encodeCall(IPaymentChannels.decline, (play.terms)), "decline");
        } else {
            _advance(1 hours);
            _call(msg.sender, play, abi.encodeCall(IPaymentChannels.withdrawUnconfirmed, (play.terms)), "withdraw");
        }
    }

    function topUp(uint256 seed, uint256 more) external {
        (bool found, Play storage play) = _pick(seed, Status.Opened, Status.Active);
        if (!found) return;
        uint64 capacity = _view(play).capacity + 1_000 + _wholeKB(more, 30_000_000);
        _call(play.terms.consumer, play, abi.encodeCall(IPaymentChannels.topUp, (play.terms, capacity)), "topUp");
    }

    // ---------------------------------------------------------------------------------------------- service

    /// @dev Bytes flow in some rounds. An honest provider stops a checkpoint ahead of the newest unit; an honest
    /// consumer signs after each round, any other when it likes.
    function serve(uint256 seed, uint256 bytesMore, uint256 rounds, uint256 signs) external {
        (bool found, Play storage play) = _pick(seed, Status.Active, Status.Active);
        if (!found) return;
        uint64 capacity = _view(play).capacity;
        for (uint256 i = 0; i <= rounds % 8; ++i) {
            uint64 served = play.served + _wholeKB(bytesMore, 8_000_000);
            if (play.providerHonest && served > play.signed + CHECKPOINT) served = play.signed + CHECKPOINT;
            if (served > capacity) served = capacity;
            if (served > play.served) play.served = served;
            bool agrees = play.consumerHonest || (signs >> i) % 2 == 1;
            if (agrees && play.served > play.signed) play.signed = play.served;
        }
    }

    /// @dev The consumer signs. An honest one signs at most a checkpoint ahead of what it got; any other what it likes.
    function sign(uint256 seed, uint256 bytesUsed) external {
        (bool found, Play storage play) = _pick(seed, Status.Active, Status.Active);
        if (!found) return;
        uint64 capacity = _view(play).capacity;
        uint64 limit = play.consumerHonest ? play.served + CHECKPOINT : capacity;
        uint64 unit = _wholeKB(bytesUsed, limit < capacity ? limit : capacity);
        if (unit > play.signed) play.signed = unit;
    }

    /// @dev Anyone claims with the newest or with any older unit that the provider ever held.
    function claim(uint256 seed, uint256 bytesUsed) external {
        (bool found, Play storage play) = _pick(seed, Status.Active, Status.Closing);
        if (!found || play.signed == 0) return;
        uint64 shown = seed % 2 == 0 ? play.signed : _wholeKB(bytesUsed, play.signed);
        SignedUnit memory unit = _unit(play, play.terms.consumer, shown);
        _call(msg.sender, play, abi.encodeCall(IPaymentChannels.claim, (play.terms, unit)), "claim");
    }

    /// @dev A batch in which one channel appears twice and another's unit is a stranger's.
    function claimMany(uint256 seed, uint256 other) external {
        (bool found, Play storage play) = _pick(seed, Status.Active, Status.Active);
        if (!found || play.signed == 0) return;
        Play storage second = _plays[other % _plays.length];
        IPaymentChannels.Claim[] memory claims = new IPaymentChannels.Claim[](4);
        claims[0] = IPaymentChannels.Claim(play.terms, _unit(play, play.terms.consumer, play.signed));
        claims[1] = claims[0];
        claims[2] = IPaymentChannels.Claim(second.terms, _unit(second, second.terms.provider, 5_000));
        claims[3] = claims[1];
        _call(msg.sender, play, abi.encodeCall(IPaymentChannels.claimMany, (claims)), "claimMany");
    }

    // ---------------------------------------------------------------------------------------------- closing

    /// @dev A party closes: an honest one with its best evidence, any other with a stale unit, its own claim or none.
    function startClose(uint256 seed, bool byConsumer, uint256 unitSeedA, uint256 unitSeedB) external {
        (bool found, Play storage play) = _pick(seed, Status.Active, Status.Active);
        if (!found || seed % 3 != 0) return;
        bool honest = byConsumer ? play.consumerHonest : play.providerHonest;
        uint64 shownA = honest ? play.signed : _wholeKB(unitSeedA, play.signed);
        uint64 shownB = play.providerHonest ? _wholeKB(unitSeedB, play.served) : _wholeKB(unitSeedB, 2 * play.terms.capacity);
        bytes memory data = abi.encodeCall(
            IPaymentChannels.startClose,
            (play.terms, _unit(play, play.terms.consumer, shownA), _unit(play, play.terms.provider, shownB))
        );
        _call(byConsumer ? play.terms.consumer : play.terms.provider, play, data, "startClose");
    }

    /// @dev Anyone shows any unit that its signer would have signed.
    function challenge(uint256 seed, bool consumers, uint256 bytesUsed) external {
        (bool found, Play storage play) = _pick(seed, Status.Closing, Status.Closing);
        if (!found) return;
        if (consumers) _show(play, play.terms.consumer, _wholeKB(bytesUsed, play.signed));
        else if (play.providerHonest) _show(play, play.terms.provider, _wholeKB(bytesUsed, play.served));
        else _show(play, play.terms.provider, _wholeKB(bytesUsed, 2 * play.terms.capacity));
    }

    /// @dev Both sign a closure. An honest side signs only the newest unit's number; two others sign anything.
    function cooperativeClose(uint256 seed, uint256 bytesUsed) external {
        (bool found, Play storage play) = _pick(seed, Status.Active, Status.Closing);
        if (!found || seed % 5 != 0) return;
        bool honest = play.consumerHonest || play.providerHonest;
        uint64 closing = honest ? play.signed : _wholeKB(bytesUsed, _view(play).capacity);
        uint64 until = uint64(block.timestamp);
        bytes memory data = abi.encodeCall(
            IPaymentChannels.cooperativeClose,
            (
                play.terms,
                closing,
                until,
                signClosure(_SEPARATOR, play.id, _keys[play.terms.consumer], closing, until),
                signClosure(_SEPARATOR, play.id, _keys[play.terms.provider], closing, until)
            )
        );
        _call(msg.sender, play, data, "cooperativeClose");
    }

    /// @dev Half of the time too early; otherwise after a last word of cheats, which no tower answers.
    function settle(uint256 seed, uint256 staleA, uint256 falseB) external {
        (bool found, Play storage play) = _pick(seed, Status.Closing, Status.Closing);
        if (!found) return;
        if (seed % 2 == 0) {
            _advance(2 hours);
            _show(play, play.terms.consumer, _wholeKB(staleA, play.signed));
            if (!play.providerHonest) _show(play, play.terms.provider, _wholeKB(falseB, 2 * play.terms.capacity));
        }
        _call(msg.sender, play, abi.encodeCall(IPaymentChannels.settle, (play.terms)), "settle");
        assertTrue(
            !_call(msg.sender, play, abi.encodeCall(IPaymentChannels.settle, (play.terms)), "settledTwice"),
            "a second settle went through"
        );
    }

    /// @dev A batch in which one channel appears twice.
    function settleMany(uint256 seed) external {
        (bool found, Play storage play) = _pick(seed, Status.Closing, Status.Closing);
        if (!found) return;
        _advance(2 hours);
        Terms[] memory batch = new Terms[](2);
        batch[0] = play.terms;
        batch[1] = play.terms;
        _call(msg.sender, play, abi.encodeCall(IPaymentChannels.settleMany, (batch)), "settleMany");
    }

    // ---------------------------------------------------------------------------------- proxies and the clock

    function registerProxy() external {
        if (_asProxy(abi.encodeWithSignature("registerProxy()"), "register")) bonds += BOND;
    }

    function leaveRegister(uint256 seed) external {
        if (seed % 4 != 0) return;
        (ProxyStatus status,) = CHANNELS.proxyOf(_providers[PROVIDERS - 1]);
        if (status == ProxyStatus.Registered) {
            _asProxy(abi.encodeWithSignature("startLeaving()"), "leaving");
        } else {
            _advance(1 hours);
            if (_asProxy(abi.encodeWithSignature("finishLeaving()"), "left")) bonds -= BOND;
        }
    }

    function pass(uint256 time) external {
        _advance(bound(time, 1, 30 minutes));
    }

    function _asProxy(bytes memory data, string memory name) private returns (bool success) {
        VM.prank(_providers[PROVIDERS - 1]);
        (success,) = address(CHANNELS).call(data);
        if (success) ++done[keccak256(bytes(name))];
    }

    /// @dev Before the clock moves, each honest provider's tower has shown the newest unit and its own count.
    function _advance(uint256 time) private {
        for (uint256 i = 0; i < _plays.length; ++i) {
            Play storage play = _plays[i];
            if (!play.providerHonest || !_in(play, Status.Closing)) continue;
            ChannelView memory seen = _view(play);
            if (play.signed > seen.consumerBytes) _show(play, play.terms.consumer, play.signed);
            if (play.served > seen.providerBytes) _show(play, play.terms.provider, play.served);
        }
        VM.warp(block.timestamp + time);
    }

    function _show(Play storage play, address signer, uint64 bytesUsed) private {
        if (bytesUsed == 0) return;
        SignedUnit memory unit = _unit(play, signer, bytesUsed);
        _call(address(this), play, abi.encodeCall(IPaymentChannels.challenge, (play.terms, unit)), "challenge");
    }

    function _draw(uint256 who, uint256 seed, bool consumerHonest, bool providerHonest)
        private
        returns (Play storage play)
    {
        // One provider is asked for most direct channels, so that its slots run out.
        uint256 providerAt = who % 4 == 0 ? PROVIDERS - 1 : who % 4 == 1 ? 1 : 0;
        play = _plays.push();
        play.terms = Terms({
            consumer: _consumers[(who >> 8) % CONSUMERS],
            provider: _providers[providerAt],
            capacity: 1_000 + _wholeKB(seed >> 96, 40_000_000),
            pricePerMB: uint96(bound(uint96(seed), 1, seed % 2 == 0 ? 10 : 10 ** 15)),
            tolerance: uint32(bound(seed >> 160, 0, seed % 3 == 0 ? 1_000_000 : 20_000)),
            kind: who % 4 == 0 ? 2 : 1,
            salt: keccak256(abi.encode(seed, _plays.length, block.timestamp, gasleft()))
        });
        play.id = typed(_SEPARATOR, hashOf(play.terms));
        play.consumerHonest = consumerHonest;
        play.providerHonest = providerHonest;
    }
}
