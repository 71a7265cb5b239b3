// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DataAssets} from "../DataAssets.sol";
import {DataMarket} from "../DataMarket.sol";
import {DataSale} from "./DataSale.sol";
import {vm, Vm} from "./Vm.sol";

/// Complaints about a segment. The hashes were printed by main/core/merkle.ts: MerkleTree.of(leaves) in Node, where
/// leaf j is uint32 j ‖ commit ‖ wrapped with ethers' sha256, and the key of segment j is keccak256(uint256 j).
/// A fault flips the last bit: among FIVE of segment 2's `wrapped` and segment 4's `commit`, in ONE of segment 0's
/// `wrapped`.
contract DataSegmentsTest is DataSale {
    bytes32 constant FIVE = 0xef7334b2980f81d721681a5c4477fa703cd944a5c2b451bbee29fc9aa5fb4f6b;
    bytes32 constant FIVE_GOOD = 0x2bd229cd3ac4341c568661516daafae6ec68653f3a97396a3a7908087f81a4ea;
    bytes32 constant ONE = 0x334a32515f259a7214ae817246bfa0283ca79324c116f11667bfb370557a412f;
    bytes32 constant ONE_GOOD = 0x3e66db4b88bdfba3ed8972ae11c244fe7c9003d1d608bd2b78910ba6ffcea865;
    bytes32 constant LEAF_0 = 0x3e66db4b88bdfba3ed8972ae11c244fe7c9003d1d608bd2b78910ba6ffcea865;
    bytes32 constant LEAF_1 = 0x7dfdd453dd6ef34da59451a3c989d6793cc1e1498cecd0ecae587dd2acd41dc8;
    bytes32 constant LEAF_2 = 0xd7f44ba4ef72d9eb621d61113ffb1f8df3d9a3a4fe1702b6a8e399f2a12a35f3;
    bytes32 constant LEAF_3 = 0xfa69bac6575189aa8d7bc7daf65adfb956fc6b54bd9b15496d0b1eb7972061ad;
    bytes32 constant LEAF_4 = 0xcea07754c10994b63f39e276e3bceddd47caad946082b919c5ac6c521176635b;
    bytes32 constant NODE_01 = 0x9da8ffc4f49444d33bcc1d7a04afbc2baea56fe38236606be6ba26f31a889bff;
    bytes32 constant NODE_23 = 0x1f79c6f4e09b33b4276ecf713777ecc1d66118c4576574b44738ec9f3e650025;
    bytes32 constant NODE_03 = 0x428ea079cf3d5231f0d522d3a5207b5e2e93893f89ecd5f49783daad1ea2b0d9;
    bytes32 constant FAULT = bytes32(uint256(1));

    function setUp() public {
        offer(FIVE);
    }

    function ofFive(uint32 number) private pure returns (DataMarket.Segment memory it) {
        it = segment(number);
        if (number == 2) it.wrapped ^= FAULT;
        if (number == 4) {
            it.commit ^= FAULT;
            (it.lefts, it.path) = (1, new bytes32[](1));
            it.path[0] = NODE_03;
            return it;
        }
        (it.lefts, it.path) = (number, new bytes32[](3));
        it.path[0] = [LEAF_1, LEAF_0, LEAF_3, LEAF_2][number];
        it.path[1] = number < 2 ? NODE_23 : NODE_01;
        it.path[2] = LEAF_4;
    }

    /// A segment with neighbours on its way up to a root of its own.
    function climb(
        DataMarket.Segment memory it,
        uint256 depth,
        uint32 lefts
    ) private pure returns (bytes32 root, DataMarket.Segment memory) {
        (it.lefts, it.path, root) = (lefts, new bytes32[](depth), leaf(it));
        for (uint256 i; i < depth; ++i) {
            it.path[i] = keccak256(abi.encode(i));
            root = (uint256(lefts) >> i) % 2 == 1 ? node(it.path[i], root) : node(root, it.path[i]);
        }
        return (root, it);
    }

    function complain(uint64 sale, Delivery memory it, bytes32 root, DataMarket.Segment memory about) private {
        vm.prank(buyer);
        data.complainSegment(sale, opening(SECRET, it, root), about);
    }

    function requireRefunded(uint64 sale) private view {
        require(saleOf(sale).state == DataMarket.SaleState.Refunded, "state");
        require(ledger.held(address(data), sale) == 0 && ledger.free(buyer) == FUNDS, "the buyer's money");
    }

    function requireKept(uint64 sale, Delivery memory it, bytes32 root, DataMarket.Segment memory about) private {
        vm.expectRevert(abi.encodeWithSelector(DataMarket.SegmentIsGood.selector, sale, about.number));
        complain(sale, it, root, about);
    }

    function requireNotThere(uint64 sale, Delivery memory it, DataMarket.Segment memory about) private {
        vm.expectRevert(abi.encodeWithSelector(DataMarket.SegmentNotThere.selector, sale, about.number));
        complain(sale, it, FIVE, about);
    }

    function test_aSegmentThatTheKeyDoesNotOpenIsRefunded() public {
        for (uint32 number = 2; number <= 4; number += 2) {
            (uint64 sale, Delivery memory it) = delivered(KEY);
            complain(sale, it, FIVE, ofFive(number));
            requireEnded(sale, DataMarket.SaleState.Refunded, 0);
        }
    }

    function test_aSegmentThatTheKeyOpensIsNot() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        requireKept(sale, it, FIVE, ofFive(0));
        requireKept(sale, it, FIVE, ofFive(1));
        requireKept(sale, it, FIVE, ofFive(3));
        vm.prank(buyer);
        data.finalise(sale);
        requireEnded(sale, DataMarket.SaleState.Final, PRICE);
    }

    function test_aWrongKeyOpensNoSegment() public {
        (uint64 sale, Delivery memory it) = delivered("wrong");
        complain(sale, it, FIVE, ofFive(0));
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function test_whatDoesNotStandUnderTheRootIsNoSegment() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        DataMarket.Segment[9] memory others;
        for (uint256 i; i < 9; ++i) others[i] = ofFive(2);
        others[0].number = 3;
        others[1].commit ^= FAULT;
        others[2].wrapped ^= FAULT;
        others[3].lefts = 0;
        others[4].lefts = 3;
        (others[5].path[0], others[5].path[1]) = (others[5].path[1], others[5].path[0]);
        others[6].path = new bytes32[](0);
        others[7].path = ofFive(3).path;
        others[8] = segment(0);
        (others[8].wrapped, others[8].path) = (others[8].wrapped ^ FAULT, ofFive(0).path);
        for (uint256 i; i < 9; ++i) requireNotThere(sale, it, others[i]);
    }

    /// An inner node is no leaf, and a leaf is no root.
    function test_aWayThatEndsTooEarlyOrGoesOnLeadsNowhere() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        DataMarket.Segment memory about = ofFive(4);
        about.path = new bytes32[](2);
        (about.path[0], about.path[1]) = (NODE_03, FIVE);
        requireNotThere(sale, it, about);
        about = ofFive(2);
        about.path = new bytes32[](2);
        (about.path[0], about.path[1]) = (LEAF_3, NODE_01);
        requireNotThere(sale, it, about);
    }

    function test_aBitBeyondThePathIsRefused() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        DataMarket.Segment memory about = ofFive(2);
        for (uint256 bit = 3; bit < 32; bit += 14) {
            about.lefts = ofFive(2).lefts | uint32(1 << bit);
            requireNotThere(sale, it, about);
        }
    }

    function test_aTreeOfOneSegmentHasNoPath() public {
        offer(ONE);
        (uint64 sale, Delivery memory it) = delivered(KEY);
        DataMarket.Segment memory about = segment(0);
        about.wrapped ^= FAULT;
        complain(sale, it, ONE, about);
        requireRefunded(sale);
        offer(ONE_GOOD);
        (sale, it) = delivered(KEY);
        requireKept(sale, it, ONE_GOOD, segment(0));
    }

    function test_aPathHas32NeighboursAtMost() public {
        DataMarket.Segment memory about = segment(type(uint32).max);
        about.wrapped ^= FAULT;
        (bytes32 root, DataMarket.Segment memory last) = climb(about, 32, 0xA5F00F3C);
        offer(root);
        (uint64 sale, Delivery memory it) = delivered(KEY);
        complain(sale, it, root, last);
        requireRefunded(sale);
        (root, last) = climb(about, 33, 0xA5F00F3C);
        offer(root);
        (sale, it) = delivered(KEY);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.SegmentNotThere.selector, sale, last.number));
        complain(sale, it, root, last);
    }

    function test_aSegmentOfAnotherVersionProvesNothing() public {
        DataMarket.Segment memory about = ofFive(2);
        vm.prank(seller);
        data.publish(asset, version(KEY, 0, FIVE_GOOD));
        vm.prank(seller);
        data.list(asset, PRICE, 0);
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(buyer);
        uint64 sale = data.buy(asset, 2, PRICE, x, v);
        Delivery memory it = seal(sale, KEY, EPHEMERAL, SECRET);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.BadVersion.selector, asset));
        complain(sale, it, FIVE, about);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.SegmentNotThere.selector, sale, 2));
        complain(sale, it, FIVE_GOOD, about);
    }

    function test_onlyTheBuyerComplainsWithItsSecretAboutItsDelivery() public {
        DataMarket.Segment memory about = ofFive(2);
        (uint64 sale, Delivery memory it) = delivered(KEY);
        vm.prank(who(2));
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotBuyer.selector, sale, who(2)));
        data.complainSegment(sale, opening(SECRET, it, FIVE), about);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadKey.selector));
        data.complainSegment(sale, opening(SECRET + 1, it, FIVE), about);
        it.wrapped = ~it.wrapped;
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadDelivery.selector, sale));
        complain(sale, it, FIVE, about);
    }

    function test_aSegmentIsComplainedAboutBetweenDeliveryAndTheEndOfTheDayAndOnce() public {
        DataMarket.Segment memory about = ofFive(2);
        uint64 sale = bought();
        Delivery memory it = seal(sale, KEY, EPHEMERAL, SECRET);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.WrongState.selector, sale));
        complain(sale, it, FIVE, about);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        uint256 last = saleOf(sale).until;
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.TooLate.selector, sale, last));
        complain(sale, it, FIVE, about);
        vm.warp(last);
        complain(sale, it, FIVE, about);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.WrongState.selector, sale));
        complain(sale, it, FIVE, about);
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function testFuzz_aSegmentThatTheKeyDoesNotOpenIsRefundedWhereverItStands(
        uint32 number,
        bytes32 fault,
        bool ofCommit,
        uint256 depth,
        uint32 lefts
    ) public {
        vm.assume(fault != 0);
        depth %= 33;
        DataMarket.Segment memory about = segment(number);
        if (ofCommit) about.commit ^= fault;
        else about.wrapped ^= fault;
        bytes32 root;
        (root, about) = climb(about, depth, uint32(lefts % (1 << depth)));
        offer(root);
        (uint64 sale, Delivery memory it) = delivered(KEY);
        complain(sale, it, root, about);
        requireRefunded(sale);
    }

    function testFuzz_aSegmentThatTheKeyOpensIsNotWhereverItStands(uint32 number, uint256 depth, uint32 lefts) public {
        depth %= 33;
        (bytes32 root, DataMarket.Segment memory about) = climb(segment(number), depth, uint32(lefts % (1 << depth)));
        offer(root);
        (uint64 sale, Delivery memory it) = delivered(KEY);
        requireKept(sale, it, root, about);
    }

    function test_theSellersRecordTellsWhatWasProven() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        vm.recordLogs();
        complain(sale, it, FIVE, ofFive(2));
        require(closedForWrongKey(), "a segment");
        (sale, it) = delivered("wrong");
        vm.recordLogs();
        vm.prank(buyer);
        data.complain(sale, opening(SECRET, it, FIVE));
        require(closedForWrongKey(), "a key");
        sale = bought();
        vm.recordLogs();
        vm.prank(seller);
        data.refund(sale);
        require(!closedForWrongKey(), "nothing");
    }

    function closedForWrongKey() private returns (bool wrongKey) {
        Vm.Log memory log = vm.getRecordedLogs()[0];
        require(log.topics[0] == DataMarket.SaleClosed.selector, "closed");
        (, , , wrongKey) = abi.decode(log.data, (DataMarket.SaleState, uint256, uint256, bool));
    }
}
