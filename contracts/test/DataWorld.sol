// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DataAssets} from "../DataAssets.sol";
import {DataMarket} from "../DataMarket.sol";
import {History, HISTORY} from "./History.sol";
import {World} from "./World.sol";
import {Secp256k1} from "./Secp256k1.sol";
import {vm} from "./Vm.sol";

/// A data market, and both sides' part of handing a key over.
contract DataWorld is World {
    uint256 internal constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
    bytes32 public constant KEY = keccak256("the data's key");
    bytes32 public constant SALT = keccak256("salt");
    DataMarket public data;

    struct Delivery {
        bytes32 x;
        uint8 v;
        bytes32 wrapped;
    }

    constructor() {
        vm.etch(HISTORY, address(new History()).code);
        vm.roll(1000);
        data = new DataMarket(ledger);
        ledger.addModule(address(data));
    }

    function commitment(bytes32 key) public pure returns (bytes32) {
        return keccak256(abi.encode(key, SALT));
    }

    function version(bytes32 key, uint32 count) public pure returns (DataAssets.Version memory) {
        return version(key, count, "segments");
    }

    function version(bytes32 key, uint32 count, bytes32 segments) public pure returns (DataAssets.Version memory) {
        return DataAssets.Version("content", commitment(key), SALT, "metadata", segments, count);
    }

    /// The point secret·G, as the market wants it.
    function point(uint256 secret) public view returns (bytes32, uint8) {
        (uint256 x, uint256 y) = Secp256k1.multiplyG(secret);
        return (bytes32(x), y % 2 == 0 ? 27 : 28);
    }

    /// A key sealed for a buyer's secret, as the seller's app does it.
    function seal(
        uint256 sale,
        bytes32 key,
        uint256 ephemeral,
        uint256 buyerSecret
    ) public view returns (Delivery memory it) {
        (it.x, it.v) = point(ephemeral);
        it.wrapped = key ^ keccak256(abi.encode(vm.addr(mulmod(ephemeral, buyerSecret, N)), sale));
    }

    /// What a buyer of the version of KEY shows of a delivery.
    function opening(
        uint256 secret,
        Delivery memory it,
        bytes32 segments
    ) public pure returns (DataMarket.Opening memory) {
        return DataMarket.Opening(secret, it.x, it.v, it.wrapped, commitment(KEY), SALT, segments);
    }

    /// A segment that KEY opens, without its path.
    function segment(uint32 number) public pure returns (DataMarket.Segment memory it) {
        bytes32 key = keccak256(abi.encode(number));
        (it.number, it.commit) = (number, sha256(abi.encode(key)));
        it.wrapped = key ^ sha256(abi.encode(KEY, number));
    }

    function leaf(DataMarket.Segment memory it) public pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(0), it.number, it.commit, it.wrapped));
    }

    function node(bytes32 left, bytes32 right) public pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }

    function saleOf(uint256 id) public view returns (DataMarket.Sale memory) {
        return data.getSale(id);
    }

    function stateOf(uint256 asset) public view returns (DataAssets.AssetState state) {
        (, , state, , , ) = data.assets(asset);
    }
}
