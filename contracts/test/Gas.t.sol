// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Signature} from "../src/types/Signature.sol";
import {IPaymentChannels} from "../src/interfaces/IPaymentChannels.sol";
import {SignedUnit} from "../src/types/SignedUnit.sol";
import {Terms} from "../src/types/Terms.sol";
import {ChannelTest} from "./base/ChannelTest.sol";
import {VM} from "./base/Vm.sol";

/// @notice The calls whose gas .gas-snapshot holds. A test's figure includes its preparations, so it serves to notice
/// a change; what a transaction costs is measured by bench/gas.
contract GasTest is ChannelTest {
    Terms internal channel;
    Terms internal activeChannel;
    Terms internal closingChannel;

    function setUp() public override {
        super.setUp();
        channel = someTerms();
        activeChannel = active();
        closingChannel = closing(40 * MB, 40 * MB);
    }

    function test_Gas_Open() public {
        VM.prank(consumer);
        channels.open(channel);
    }

    function test_Gas_OpenAccepted() public {
        uint64 expiry = uint64(block.timestamp + 5 minutes);
        Signature memory acceptance = order("Acceptance", channel, providerKey, expiry);
        VM.prank(consumer);
        channels.openAccepted(channel, expiry, acceptance);
    }

    function test_Gas_Claim() public {
        channels.claim(activeChannel, byConsumer(activeChannel, 20 * MB));
    }

    function test_Gas_ClaimMany() public {
        IPaymentChannels.Claim[] memory claims = new IPaymentChannels.Claim[](4);
        for (uint64 i = 0; i < 4; ++i) {
            claims[i] = IPaymentChannels.Claim(activeChannel, byConsumer(activeChannel, (20 + i) * MB));
        }
        channels.claimMany(claims);
    }

    function test_Gas_CooperativeClose() public {
        cooperativeClose(activeChannel, 30 * MB);
    }

    function test_Gas_StartClose() public {
        startClose(activeChannel, 30 * MB, 30 * MB);
    }

    function test_Gas_Challenge() public {
        channels.challenge(closingChannel, byProvider(closingChannel, 43 * MB));
    }

    function test_Gas_Settle() public {
        settle(closingChannel);
    }

    function test_Gas_SettleWithBurn() public {
        SignedUnit memory unit = byProvider(closingChannel, 43 * MB);
        channels.challenge(closingChannel, unit);
        settle(closingChannel);
    }
}
