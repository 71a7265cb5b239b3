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
        return
            DataAssets.Version(
                "content",
                commitment(key),
                SALT,
                "metadata",
                count == 0 ? bytes32(0) : bytes32("rows"),
                count
            );
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

    function saleOf(uint256 id) public view returns (DataMarket.Sale memory) {
        return data.getSale(id);
    }

    function stateOf(uint256 asset) public view returns (DataAssets.AssetState state) {
        (, , state, , , ) = data.assets(asset);
    }
}
