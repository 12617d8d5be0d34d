// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {PaymentChannels} from "../../src/PaymentChannels.sol";
import {TachyonToken} from "../../src/TachyonToken.sol";
import {ChannelView, Status} from "../../src/types/Channel.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {Asserts} from "../base/Asserts.sol";
import {Signing} from "../base/Signing.sol";
import {VM} from "../base/Vm.sol";

/// @notice Who plays, what each knows off chain, and what the chain is seen to have moved.
abstract contract Cast is Asserts, Signing {
    /// @dev What the two sides of a channel know, and what the channel has moved so far.
    /// @param served Bytes really carried.
    /// @param signed Bytes of the newest consumer unit that the provider holds.
    struct Play {
        Terms terms;
        bytes32 id;
        bool consumerHonest;
        bool providerHonest;
        uint64 served;
        uint64 signed;
        uint256 deposited;
        uint256 paid;
        uint256 burned;
        uint256 refunded;
    }

    uint64 internal constant CHECKPOINT = 5_000_000;
    uint256 internal constant MAX_PLAYS = 14;
    uint256 internal constant CONSUMERS = 2;
    /// @dev The last one is a proxy, off and on.
    uint256 internal constant PROVIDERS = 3;
    uint256 internal constant BOND = 500;

    TachyonToken public immutable TOKEN;
    PaymentChannels public immutable CHANNELS;
    bytes32 internal immutable _SEPARATOR;

    Play[] internal _plays;
    address[] internal _consumers;
    address[] internal _providers;
    mapping(address => uint256) internal _keys;
    uint256 public bonds;

    /// @dev Successful calls by name, to see that a campaign gets everywhere.
    mapping(bytes32 => uint256) public done;

    constructor() {
        TOKEN = new TachyonToken(address(this), type(uint128).max);
        TOKEN.approve(VM.computeCreateAddress(address(this), VM.getNonce(address(this))), 10_000);
        CHANNELS = new PaymentChannels(IERC20(address(TOKEN)), 1 hours, 2 hours, BOND, 1 hours);
        _SEPARATOR = separatorOf("Tachyon", address(CHANNELS));
        for (uint256 i = 0; i < CONSUMERS; ++i) {
            _consumers.push(_join(string.concat("consumer", VM.toString(i))));
        }
        for (uint256 i = 0; i < PROVIDERS; ++i) {
            _providers.push(_join(string.concat("provider", VM.toString(i))));
        }
    }

    function plays() external view returns (Play[] memory) {
        return _plays;
    }

    function providers() external view returns (address[] memory) {
        return _providers;
    }

    function _join(string memory name) private returns (address who) {
        uint256 key;
        (who, key) = account(name);
        _keys[who] = key;
        TOKEN.transfer(who, type(uint120).max);
        VM.prank(who);
        TOKEN.approve(address(CHANNELS), type(uint256).max);
    }

    // --------------------------------------------------------------------------------------------- helpers

    function _view(Play storage play) internal view returns (ChannelView memory) {
        return CHANNELS.getChannel(play.id);
    }

    function _in(Play storage play, Status status) internal view returns (bool) {
        return _view(play).status == status;
    }

    /// @dev Any play in one of the two statuses, starting the search at a drawn place.
    function _pick(uint256 seed, Status status, Status other) internal view returns (bool found, Play storage play) {
        uint256 count = _plays.length;
        // Solidity wants a storage pointer assigned on every path.
        play = _plays.length == 0 ? _nowhere() : _plays[0];
        for (uint256 i = 0; i < count; ++i) {
            play = _plays[(seed % count + i) % count];
            Status actual = _view(play).status;
            if (actual == status || actual == other) return (true, play);
        }
        return (false, play);
    }

    function _nowhere() private pure returns (Play storage play) {
        assembly ("memory-safe") {
            play.slot := not(0)
        }
    }

    function _unit(Play storage play, address signer, uint64 bytesUsed) internal view returns (SignedUnit memory unit) {
        if (bytesUsed != 0) return signUnit(_SEPARATOR, play.terms, _keys[signer], bytesUsed);
    }

    function _wholeKB(uint256 value, uint256 high) internal pure returns (uint64) {
        return uint64(bound(value, 0, high / 1_000) * 1_000);
    }

    /// @dev Calls the escrow as `caller` and books on `play` what the token moved: only measured amounts count.
    function _call(address caller, Play storage play, bytes memory data, string memory name)
        internal
        returns (bool success)
    {
        uint256 consumers = TOKEN.balanceOf(play.terms.consumer);
        uint256 providersBefore = TOKEN.balanceOf(play.terms.provider);
        uint256 supply = TOKEN.totalSupply();
        VM.prank(caller);
        (success,) = address(CHANNELS).call(data);
        if (!success) return false;
        ++done[keccak256(bytes(name))];

        uint256 now_ = TOKEN.balanceOf(play.terms.consumer);
        if (now_ > consumers) play.refunded += now_ - consumers;
        else play.deposited += consumers - now_;
        play.paid += TOKEN.balanceOf(play.terms.provider) - providersBefore;
        play.burned += supply - TOKEN.totalSupply();
    }
}
