// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Evidence} from "../../src/libraries/Evidence.sol";
import {Messages} from "../../src/libraries/Messages.sol";
import {Settlement} from "../../src/libraries/Settlement.sol";
import {Signatures} from "../../src/libraries/Signatures.sol";
import {TermsRules} from "../../src/libraries/TermsRules.sol";
import {Signature} from "../../src/types/Signature.sol";
import {SignedUnit} from "../../src/types/SignedUnit.sol";
import {Terms} from "../../src/types/Terms.sol";
import {Asserts} from "../base/Asserts.sol";
import {Signing} from "../base/Signing.sol";
import {VM} from "../base/Vm.sol";

/// @notice The libraries with calldata arguments, callable from a test.
contract Libraries {
    function termsHash(Terms calldata terms) external pure returns (bytes32) {
        return TermsRules.structHash(terms);
    }

    function unitHash(SignedUnit calldata unit, Terms calldata terms, bytes32 channelId)
        external
        pure
        returns (bytes32)
    {
        return Evidence.structHash(unit, terms, channelId);
    }

    function recover(bytes32 digest, Signature calldata signature) external pure returns (address) {
        return Signatures.recover(digest, signature);
    }

    function orderDigest(bytes32 separator, bytes32 typeHash, bytes32 channelId, uint64 time)
        external
        pure
        returns (bytes32)
    {
        return Messages.digest(separator, typeHash, channelId, time);
    }

    function countDigest(bytes32 separator, bytes32 typeHash, bytes32 channelId, uint64 byteCount, uint64 time)
        external
        pure
        returns (bytes32)
    {
        return Messages.digest(separator, typeHash, channelId, byteCount, time);
    }
}

/// @notice vectors/protocol-v1.json, which the C# tests read too: the two can never drift apart.
contract VectorsTest is Asserts, Signing {
    string private _json;
    bytes32 private _separator;
    Libraries private _libraries;

    function setUp() public {
        _json = VM.readFile("../vectors/protocol-v1.json");
        _separator = word(".domain.separator");
        _libraries = new Libraries();
    }

    function test_Vectors_Domain() public {
        VM.chainId(number(".domain.chainId"));
        assertEq(separatorOf("Tachyon", addressAt(".domain.verifyingContract")), _separator, "separator");
    }

    function test_Vectors_TermsIdsAndDeposits() public view {
        uint256 count = 0;
        for (string memory path = item("terms", 0); has(path); path = item("terms", count)) {
            Terms memory terms = termsAt(path);
            bytes32 structHash = _libraries.termsHash(terms);
            assertEq(structHash, word(field(path, "structHash")), path);
            assertEq(typed(_separator, structHash), word(field(path, "channelId")), path);
            assertEq(
                Settlement.deposit(terms.capacity / 1_000, terms.pricePerMB, terms.kind),
                number(field(path, "deposit")),
                path
            );
            ++count;
        }
        assertTrue(count > 0, "no terms in the vectors");
    }

    function test_Vectors_Prices() public view {
        uint256 count = 0;
        for (string memory path = item("prices", 0); has(path); path = item("prices", count)) {
            uint256 countKB = number(field(path, "bytes")) / 1_000;
            uint256 pricePerMB = number(field(path, "pricePerMB"));
            uint8 kind = uint8(number(field(path, "kind")));
            assertEq(Settlement.price(countKB, pricePerMB, kind), number(field(path, "price")), path);
            assertEq(Settlement.deposit(countKB, pricePerMB, kind), number(field(path, "deposit")), path);
            ++count;
        }
        assertTrue(count > 0, "no prices in the vectors");
    }

    function test_Vectors_Units() public view {
        uint256 count = 0;
        for (string memory path = item("units", 0); has(path); path = item("units", count)) {
            Terms memory terms;
            terms.consumer = addressAt(field(path, "consumer"));
            terms.provider = addressAt(field(path, "provider"));
            SignedUnit memory unit;
            unit.index = uint64(number(field(path, "index")));
            unit.bytesUsed = uint64(number(field(path, "bytesUsed")));
            unit.timestamp = uint64(number(field(path, "timestamp")));
            unit.counterUnit = word(field(path, "counterUnit"));
            bytes32 structHash = _libraries.unitHash(unit, terms, word(field(path, "channelId")));
            assertEq(structHash, word(field(path, "structHash")), path);
            checkSigned(path, typed(_separator, structHash));
            ++count;
        }
        assertTrue(count > 0, "no units in the vectors");
    }

    function test_Vectors_Orders() public view {
        uint256 count = 0;
        for (string memory path = item("orders", 0); has(path); path = item("orders", count)) {
            bytes32 typeHash = typeHashOf(VM.parseJsonString(_json, field(path, "type")));
            uint64 time = uint64(number(field(path, "time")));
            checkSigned(path, _libraries.orderDigest(_separator, typeHash, word(field(path, "channelId")), time));
            ++count;
        }
        assertTrue(count > 0, "no orders in the vectors");
    }

    function test_Vectors_TopUpsAndClosures() public view {
        uint256 count = 0;
        for (string memory path = item("topUps", 0); has(path); path = item("topUps", count)) {
            checkCounted(path, Messages.TOP_UP, "newCapacity");
            ++count;
        }
        assertTrue(count > 0, "no top-ups in the vectors");
        count = 0;
        for (string memory path = item("closures", 0); has(path); path = item("closures", count)) {
            checkCounted(path, Messages.CLOSURE, "bytesUsed");
            ++count;
        }
        assertTrue(count > 0, "no closures in the vectors");
    }

    function test_Vectors_Settlements() public view {
        uint256 count = 0;
        for (string memory path = item("settlements", 0); has(path); path = item("settlements", count)) {
            checkSettlement(path);
            ++count;
        }
        assertTrue(count > 0, "no settlements in the vectors");
    }

    function test_Vectors_BadSignatures() public view {
        uint256 count = 0;
        for (string memory path = item("badSignatures", 0); has(path); path = item("badSignatures", count)) {
            bytes memory raw = VM.parseJsonBytes(_json, field(path, "signature"));
            ++count;
            // The contract takes r, s and v apart: a wrong length does not reach it.
            if (raw.length != 65) continue;
            address recovered = _libraries.recover(word(field(path, "digest")), split(raw));
            assertTrue(recovered != addressAt(field(path, "expectedSigner")), path);
            if (keccak256(bytes(VM.parseJsonString(_json, field(path, "fault")))) != keccak256("WrongSigner")) {
                assertEq(recovered, address(0), path);
            }
        }
        assertTrue(count > 0, "no bad signatures in the vectors");
    }

    function checkSettlement(string memory path) private view {
        // The contract clips a count to the capacity when it is shown.
        uint256 capacityKB = number(field(path, "capacity")) / 1_000;
        uint256 uA = clipped(number(field(path, "uA")) / 1_000, capacityKB);
        uint256 uB = clipped(number(field(path, "uB")) / 1_000, capacityKB);
        uint256 pricePerMB = number(field(path, "pricePerMB"));
        uint8 kind = uint8(number(field(path, "kind")));
        // A claim shows its unit: uA is at least that ever after.
        uint256 paidBeforeKB = number(field(path, "paidBefore")) / 1_000;
        if (uA < paidBeforeKB) uA = paidBeforeKB;
        uint256 paid = Settlement.price(uA, pricePerMB, kind);
        uint256 charged = Settlement.price(Settlement.chargedKB(uA, uB, number(field(path, "tolerance"))), pricePerMB, kind);
        uint256 deposit = Settlement.deposit(capacityKB, pricePerMB, kind);
        uint256 earlier = Settlement.price(paidBeforeKB, pricePerMB, kind);
        assertEq(paid, number(field(path, "paid")), field(path, "paid"));
        assertEq(paid - earlier, number(field(path, "paidNow")), field(path, "paidNow"));
        assertEq(charged, number(field(path, "charged")), field(path, "charged"));
        assertEq(charged - paid, number(field(path, "burned")), field(path, "burned"));
        assertEq(deposit - charged, number(field(path, "refunded")), field(path, "refunded"));
    }

    function clipped(uint256 countKB, uint256 capacityKB) private pure returns (uint256) {
        return countKB < capacityKB ? countKB : capacityKB;
    }

    function checkCounted(string memory path, bytes32 typeHash, string memory countField) private view {
        uint64 byteCount = uint64(number(field(path, countField)));
        uint64 validUntil = uint64(number(field(path, "validUntil")));
        bytes32 channelId = word(field(path, "channelId"));
        checkSigned(path, _libraries.countDigest(_separator, typeHash, channelId, byteCount, validUntil));
    }

    function checkSigned(string memory path, bytes32 digest) private view {
        assertEq(digest, word(field(path, "digest")), path);
        Signature memory signature = split(VM.parseJsonBytes(_json, field(path, "signature")));
        assertEq(_libraries.recover(digest, signature), addressAt(field(path, "signer")), path);
    }

    function typeHashOf(string memory name) private pure returns (bytes32) {
        bytes32 hash = keccak256(bytes(name));
        if (hash == keccak256("Open")) return Messages.OPEN;
        if (hash == keccak256("Confirm")) return Messages.CONFIRM;
        if (hash == keccak256("Decline")) return Messages.DECLINE;
        if (hash == keccak256("Close")) return Messages.CLOSE;
        assertEq(hash, keccak256("Acceptance"), "a type of order that the contract does not know");
        return Messages.ACCEPTANCE;
    }

    function termsAt(string memory path) private view returns (Terms memory) {
        return Terms({
            consumer: addressAt(field(path, "consumer")),
            provider: addressAt(field(path, "provider")),
            capacity: uint64(number(field(path, "capacity"))),
            pricePerMB: uint96(number(field(path, "pricePerMB"))),
            tolerance: uint32(number(field(path, "tolerance"))),
            kind: uint8(number(field(path, "kind"))),
            salt: word(field(path, "salt"))
        });
    }

    function split(bytes memory raw) private pure returns (Signature memory signature) {
        bytes32 r;
        bytes32 s;
        assembly ("memory-safe") {
            r := mload(add(raw, 32))
            s := mload(add(raw, 64))
        }
        return Signature(r, s, uint8(raw[64]));
    }

    function item(string memory list, uint256 position) private pure returns (string memory) {
        return string.concat(".", list, "[", VM.toString(position), "]");
    }

    function field(string memory path, string memory name) private pure returns (string memory) {
        return string.concat(path, ".", name);
    }

    function has(string memory path) private view returns (bool) {
        return VM.keyExistsJson(_json, path);
    }

    function number(string memory path) private view returns (uint256) {
        return VM.parseJsonUint(_json, path);
    }

    function word(string memory path) private view returns (bytes32) {
        return VM.parseJsonBytes32(_json, path);
    }

    function addressAt(string memory path) private view returns (address) {
        return VM.parseJsonAddress(_json, path);
    }
}
