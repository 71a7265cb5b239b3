// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DataMarket} from "../DataMarket.sol";
import {DataWorld} from "./DataWorld.sol";
import {vm} from "./Vm.sol";

/// A seller with an asset on the market, and a buyer.
abstract contract DataSale is DataWorld {
    uint96 internal constant PRICE = 5e18;
    uint256 internal constant SECRET = 4711;
    uint256 internal constant EPHEMERAL = 815;
    address internal seller = who(0);
    address internal buyer = who(1);
    uint64 internal asset;

    function offer(bytes32 segments) internal {
        vm.prank(seller);
        asset = data.create(0, 1000, version(KEY, 40, segments));
        vm.roll(block.number + 2);
        vm.prank(seller);
        data.list(asset, PRICE, "preview");
    }

    function bought() internal returns (uint64) {
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(buyer);
        return data.buy(asset, 1, PRICE, x, v);
    }

    function delivered(bytes32 key) internal returns (uint64 sale, Delivery memory it) {
        sale = bought();
        it = seal(sale, key, EPHEMERAL, SECRET);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
    }

    function requireEnded(uint64 sale, DataMarket.SaleState state, uint256 sellerGot) internal view {
        require(saleOf(sale).state == state, "state");
        require(ledger.held(address(data), sale) == 0, "escrow drained");
        require(ledger.free(seller) == FUNDS + sellerGot, "the seller's money");
        require(ledger.free(buyer) == FUNDS - sellerGot, "the buyer's money");
    }
}
