// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ChannelView, Status} from "../../src/types/Channel.sol";
import {Asserts} from "../base/Asserts.sol";
import {Model} from "../base/Model.sol";
import {Cast} from "./Cast.sol";
import {Handler} from "./Handler.sol";

/// @notice Guarantees 1 to 4 of the protocol, after every call of any sequence.
contract GuaranteesTest is Asserts {
    Handler internal handler;

    function setUp() public {
        handler = new Handler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_Guarantees() public view {
        Cast.Play[] memory plays = handler.plays();
        ChannelView[] memory views = new ChannelView[](plays.length);
        for (uint256 i = 0; i < plays.length; ++i) {
            views[i] = handler.CHANNELS().getChannel(plays[i].id);
        }
        _chargesStayWithinTheDeposit(plays, views);
        _tokensAreConserved(plays, views);
        _lossesAreBounded(plays, views);
        _slotsAreCapped(plays, views);
    }

    /// @dev Guarantee 1: tokens in = paid + burned + refunded + escrowed.
    /// Seen to fail with: a top-up that takes the deposit of the difference for the difference of the deposits, whose
    /// roundings add up to tokens that nobody ever gets back.
    function _tokensAreConserved(Cast.Play[] memory plays, ChannelView[] memory views) private view {
        uint256 escrowed = handler.bonds();
        for (uint256 i = 0; i < plays.length; ++i) {
            Cast.Play memory play = plays[i];
            uint256 held = _held(play, views[i]);
            assertEq(play.deposited, play.paid + play.burned + play.refunded + held, "guarantee 1: tokens of a channel");
            escrowed += held;
        }
        assertEq(
            handler.TOKEN().balanceOf(address(handler.CHANNELS())), escrowed, "guarantee 1: tokens of the escrow"
        );
    }

    /// @dev Guarantee 2: paid ≤ charged ≤ deposit, and no byte is paid twice: what a provider has is the price of the
    /// bytes that the channel shows as paid, once.
    /// Seen to fail with: `amount` in `_claim` without the subtraction of what earlier claims paid; and with
    /// `_pay(terms.provider, paid)` for `paidNow` in `_settle`, which pays claimed bytes out of others' deposits again.
    function _chargesStayWithinTheDeposit(Cast.Play[] memory plays, ChannelView[] memory views) private pure {
        for (uint256 i = 0; i < plays.length; ++i) {
            Cast.Play memory play = plays[i];
            assertTrue(play.paid + play.burned <= _deposit(play, views[i]), "guarantee 2: charged above the deposit");
            assertEq(
                play.paid,
                Model.price(views[i].paidBytes, play.terms.pricePerMB, play.terms.kind == 2),
                "guarantee 2: paid is not the price of the bytes paid"
            );
        }
    }

    /// @dev Guarantee 3, as far as the contract decides it: an honest consumer pays for at most a checkpoint that it
    /// did not get, and at most one more is burned; an honest provider is left unpaid for at most a checkpoint that
    /// it served.
    /// Seen to fail with: `limit` in `Settlement.chargedKB` left out, so that a provider burns a whole deposit; and
    /// with `<=` in `challenge` replaced by `==`, so that a stale unit shown last undoes a newer one.
    function _lossesAreBounded(Cast.Play[] memory plays, ChannelView[] memory views) private pure {
        for (uint256 i = 0; i < plays.length; ++i) {
            Cast.Play memory play = plays[i];
            // Rounding down twice may move a checkpoint's price by two base units, and the fee of a lock by one more.
            uint256 checkpoint = _price(play, 5_000_000) + 3;
            if (play.consumerHonest) {
                assertTrue(
                    play.paid <= _price(play, play.served) + checkpoint, "guarantee 3: consumer paid for unserved bytes"
                );
                assertTrue(play.burned <= checkpoint, "guarantee 3: consumer's tokens burned");
            }
            if (play.providerHonest && views[i].status == Status.Settled) {
                assertTrue(
                    play.paid + checkpoint >= _price(play, play.served), "guarantee 3: provider unpaid for served bytes"
                );
            }
        }
    }

    /// @dev Guarantee 4: at most 5 active direct channels of a provider, and the count is right.
    /// Seen to fail with: `>` for `>=` in `Providers.take`, the off-by-one of the proof of concept.
    function _slotsAreCapped(Cast.Play[] memory plays, ChannelView[] memory views) private view {
        address[] memory providers = handler.providers();
        for (uint256 p = 0; p < providers.length; ++p) {
            uint256 direct = 0;
            uint256 locks = 0;
            for (uint256 i = 0; i < plays.length; ++i) {
                bool holds = views[i].status == Status.Active || views[i].status == Status.Closing;
                if (!holds || plays[i].terms.provider != providers[p]) continue;
                if (plays[i].terms.kind == 1) ++direct;
                else ++locks;
            }
            assertTrue(direct <= 5, "guarantee 4: more than 5 active direct channels");
            assertEq(handler.CHANNELS().activeChannels(providers[p]), direct, "guarantee 4: slots");
            assertEq(handler.CHANNELS().activeLocks(providers[p]), locks, "guarantee 4: locks");
        }
    }

    /// @dev What the escrow must hold of a channel, by its view and the model.
    function _held(Cast.Play memory play, ChannelView memory channel) private pure returns (uint256) {
        if (channel.status != Status.Opened && channel.status != Status.Active && channel.status != Status.Closing) {
            return 0;
        }
        return _deposit(play, channel) - _price(play, channel.paidBytes);
    }

    function _deposit(Cast.Play memory play, ChannelView memory channel) private pure returns (uint256) {
        return Model.deposit(channel.capacity, play.terms.pricePerMB, play.terms.kind == 2);
    }

    function _price(Cast.Play memory play, uint256 countBytes) private pure returns (uint256) {
        return Model.price(countBytes, play.terms.pricePerMB, play.terms.kind == 2);
    }
}
