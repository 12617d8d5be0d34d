// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Asserts} from "../base/Asserts.sol";
import {Handler} from "./Handler.sol";

/// @notice That the handler gets everywhere: invariants of calls that never succeed would hold of any contract.
contract HandlerTest is Asserts {
    uint256 private constant _CAMPAIGNS = 10;
    uint256 private constant _DEPTH = 200;

    function test_Handler_ReachesEveryCall() public {
        string[16] memory names = [
            "open",
            "openAccepted",
            "confirm",
            "decline",
            "withdraw",
            "topUp",
            "claim",
            "claimMany",
            "startClose",
            "challenge",
            "cooperativeClose",
            "settle",
            "settleMany",
            "register",
            "leaving",
            "left"
        ];
        uint256[16] memory reached;
        for (uint256 campaign = 0; campaign < _CAMPAIGNS; ++campaign) {
            Handler handler = new Handler();
            for (uint256 step = 0; step < _DEPTH; ++step) _play(handler, uint256(keccak256(abi.encode(campaign, step))));
            for (uint256 i = 0; i < names.length; ++i) reached[i] += handler.done(keccak256(bytes(names[i])));
        }
        for (uint256 i = 0; i < names.length; ++i) assertTrue(reached[i] != 0, names[i]);
    }

    function _play(Handler handler, uint256 draw) private {
        uint256 a = uint256(keccak256(abi.encode(draw, "a")));
        uint256 b = uint256(keccak256(abi.encode(draw, "b")));
        bool first = draw & 256 == 0;
        bool second = draw & 512 == 0;
        uint256 which = draw % 16;
        if (which == 0) handler.open(a, b, first, second);
        else if (which == 1) handler.openAccepted(a, b, first, second);
        else if (which == 2) handler.confirm(a);
        else if (which == 3) handler.leaveUnconfirmed(a, first);
        else if (which == 4) handler.topUp(a, b);
        else if (which == 5) handler.serve(a, b, draw >> 16, draw >> 32);
        else if (which == 6) handler.sign(a, b);
        else if (which == 7) handler.claim(a, b);
        else if (which == 8) handler.claimMany(a, b);
        else if (which == 9) handler.startClose(a, first, b, draw >> 16);
        else if (which == 10) handler.challenge(a, first, b);
        else if (which == 11) handler.cooperativeClose(a, b);
        else if (which == 12) handler.settle(a, b, draw >> 16);
        else if (which == 13) handler.settleMany(a);
        else if (which == 14) handler.registerProxy();
        else if (first) handler.leaveRegister(a);
        else handler.pass(b);
    }
}
