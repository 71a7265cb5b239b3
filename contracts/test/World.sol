// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Coin} from "../Coin.sol";
import {Ledger} from "../Ledger.sol";
import {Market} from "../Market.sol";
import {vm} from "./Vm.sol";

/// A deployed market with four funded accounts, and the reads that tests need of it.
contract World {
    Coin public coin;
    Ledger public ledger;
    Market public market;
    uint256[4] internal keys = [uint256(11), 12, 13, 14];
    uint256 public constant FUNDS = 1e23;

    constructor() {
        vm.warp(1_000_000);
        coin = new Coin();
        ledger = new Ledger(coin);
        market = new Market(ledger);
        ledger.addModule(address(market));
        for (uint256 i; i < keys.length; ++i) {
            address account = who(i);
            require(coin.transfer(account, 2 * FUNDS));
            vm.prank(account);
            coin.approve(address(ledger), type(uint256).max);
            vm.prank(account);
            ledger.deposit(FUNDS);
        }
    }

    function who(uint256 i) public view returns (address) {
        return vm.addr(keys[i % keys.length]);
    }

    function keyOf(address account) internal view returns (uint256) {
        for (uint256 i; i < keys.length; ++i) if (vm.addr(keys[i]) == account) return keys[i];
        revert("unknown account");
    }

    /// For an order as it is on the chain.
    function receipt(uint256 id, uint40 served, bool finished, uint256 key) public view returns (bytes memory) {
        Market.Order memory order = getOrder(id);
        return receiptOf(id, getOffer(order.offer).owner, order.price, served, finished, key);
    }

    function receiptOf(
        uint256 id,
        address provider,
        uint96 price,
        uint40 served,
        bool finished,
        uint256 key
    ) public view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
                keccak256("Hearth Market"),
                keccak256("1"),
                block.chainid,
                address(market)
            )
        );
        bytes32 body = keccak256(abi.encode(market.RECEIPT_TYPEHASH(), id, provider, price, served, finished));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, keccak256(abi.encodePacked("\x19\x01", domain, body)));
        return abi.encodePacked(r, s, v);
    }

    function getMachine(uint256 id) public view returns (Market.Machine memory m) {
        (m.owner, m.state, m.bound, m.done, m.failed, m.spec, m.peer) = market.machines(id);
    }

    function getOffer(uint256 id) public view returns (Market.Offer memory o) {
        (o.owner, o.machine, o.state, o.price, o.maxSeconds) = market.offers(id);
    }

    function getOrder(uint256 id) public view returns (Market.Order memory o) {
        (o.buyer, o.start, o.end, o.state, o.offer, o.price) = market.orders(id);
    }
}
