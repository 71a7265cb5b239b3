// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ledger} from "../Ledger.sol";
import {DataAssets} from "../DataAssets.sol";
import {DataMarket} from "../DataMarket.sol";
import {DataSale} from "./DataSale.sol";
import {vm} from "./Vm.sol";

contract DataMarketTest is DataSale {
    function setUp() public {
        offer("segments");
    }

    function complain(uint64 sale, uint256 secret, Delivery memory it) private {
        vm.prank(buyer);
        data.complain(sale, opening(secret, it, "segments"));
    }

    function test_aContentBuyerEndsTheSaleAndTheSellerIsPaid() public {
        (uint64 sale, ) = delivered(KEY);
        vm.recordLogs();
        vm.prank(buyer);
        data.finalise(sale);
        require(vm.getRecordedLogs().length == 2, "the sale and its bucket are closed, and no royalty goes anywhere");
        requireEnded(sale, DataMarket.SaleState.Final, PRICE);
        vm.prank(buyer);
        data.rate(sale, 4);
        require(saleOf(sale).stars == 4);
    }

    function test_aSilentBuyerCannotKeepTheSellersMoney() public {
        (uint64 sale, ) = delivered(KEY);
        vm.warp(block.timestamp + 1 days);
        vm.prank(who(3));
        vm.expectRevert();
        data.finalise(sale);
        vm.warp(block.timestamp + 1);
        vm.prank(who(3));
        data.finalise(sale);
        requireEnded(sale, DataMarket.SaleState.Final, PRICE);
    }

    function test_aSilentSellerCannotKeepTheBuyersMoney() public {
        uint64 sale = bought();
        vm.warp(block.timestamp + 1 days);
        vm.prank(buyer);
        vm.expectRevert();
        data.refund(sale);
        vm.warp(block.timestamp + 1);
        vm.prank(seller);
        vm.expectRevert();
        data.deliver(sale, "x", 27, "late");
        data.refund(sale);
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function test_aSellerMayGiveTheMoneyBackAtOnce() public {
        uint64 sale = bought();
        vm.prank(seller);
        data.refund(sale);
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function testFuzz_aWrongKeyIsRefunded(bytes32 wrong, uint256 ephemeral) public {
        vm.assume(wrong != KEY);
        ephemeral = 1 + (ephemeral % (N - 1));
        uint64 sale = bought();
        Delivery memory it = seal(sale, wrong, ephemeral, SECRET);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        complain(sale, SECRET, it);
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function testFuzz_aFalseComplaintIsRejectedWhateverTheKeys(uint256 secret, uint256 ephemeral) public {
        (secret, ephemeral) = (1 + (secret % (N - 1)), 1 + (ephemeral % (N - 1)));
        (bytes32 x, uint8 v) = point(secret);
        vm.prank(buyer);
        uint64 sale = data.buy(asset, 1, PRICE, x, v);
        Delivery memory it = seal(sale, KEY, ephemeral, secret);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.KeyIsGood.selector, sale));
        complain(sale, secret, it);
    }

    function test_aComplaintWithAnotherSecretOrAnotherDeliveryIsRejected() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadKey.selector));
        complain(sale, SECRET + 1, it);
        vm.prank(who(2));
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotBuyer.selector, sale, who(2)));
        data.complain(sale, opening(SECRET, it, "segments"));
        it.wrapped = ~it.wrapped;
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadDelivery.selector, sale));
        complain(sale, SECRET, it);
    }

    function test_aComplaintWithWhatTheVersionHasNotPublishedIsRejected() public {
        (uint64 sale, Delivery memory it) = delivered(KEY);
        DataMarket.Opening[3] memory others;
        for (uint256 i; i < 3; ++i) others[i] = opening(SECRET, it, "segments");
        others[0].keyCommit = commitment("another key");
        others[1].salt = "another salt";
        others[2].segments = "other segments";
        for (uint256 i; i < 3; ++i) {
            vm.prank(buyer);
            vm.expectRevert(abi.encodeWithSelector(DataAssets.BadVersion.selector, asset));
            data.complain(sale, others[i]);
        }
    }

    /// What the buyer cannot open is no delivery, and the price is back after a day.
    function test_aDeliveryThatNobodyCanOpenIsNone() public {
        uint64 sale = bought();
        (bytes32 x, uint8 v) = point(EPHEMERAL);
        // 5 is no x of the curve: 5³ + 7 is no square.
        Delivery[5] memory useless = [
            Delivery(bytes32(uint256(5)), 27, "key"),
            Delivery(x, 99, "key"),
            Delivery(x, 0, "key"),
            Delivery(bytes32(N + 1), 27, "key"),
            Delivery(0, 27, "key")
        ];
        for (uint256 i; i < useless.length; ++i) {
            vm.expectRevert(abi.encodeWithSelector(DataMarket.BadKey.selector));
            vm.prank(seller);
            data.deliver(sale, useless[i].x, useless[i].v, useless[i].wrapped);
        }
        vm.prank(seller);
        data.deliver(sale, x, v, "key");
    }

    function test_theBuyersKeyMustBeAPoint() public {
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadKey.selector));
        data.buy(asset, 1, PRICE, bytes32(uint256(5)), 27);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadKey.selector));
        data.buy(asset, 1, PRICE, bytes32(type(uint256).max), 27);
    }

    function test_aPriceOrAVersionThatTheBuyerHasNotSeenIsNotPaid() public {
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(seller);
        data.list(asset, PRICE + 1, 0);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.PriceAboveMax.selector, PRICE + 1, PRICE));
        data.buy(asset, 1, PRICE, x, v);
        vm.prank(seller);
        data.publish(asset, version("second", 40));
        vm.roll(block.number + 2);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotListed.selector, asset));
        data.buy(asset, 1, 2 * PRICE, x, v);
        vm.prank(seller);
        data.list(asset, PRICE, "preview");
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.BadVersion.selector, asset));
        data.buy(asset, 1, 2 * PRICE, x, v);
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.OwnAsset.selector, asset));
        data.buy(asset, 2, PRICE, x, v);
    }

    function test_aSaleIsHeldToTheVersionThatWasBought() public {
        uint64 sale = bought();
        vm.prank(seller);
        data.publish(asset, version("second", 0));
        Delivery memory it = seal(sale, "second", EPHEMERAL, SECRET);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        complain(sale, SECRET, it);
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function test_nothingIsListedBeforeTheLotIsDrawnOrAfterItIsGone() public {
        vm.prank(seller);
        data.publish(asset, version(KEY, 40));
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.LotNotDrawn.selector, asset, block.number + 2));
        data.list(asset, PRICE, "preview");
        vm.roll(block.number + 2);
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NoPreview.selector, asset));
        data.list(asset, PRICE, 0);
        vm.roll(block.number + 8191);
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.LotGone.selector, asset));
        data.list(asset, PRICE, "preview");
        require(stateOf(asset) == DataAssets.AssetState.Draft);
    }

    function test_whatHasNoRowsIsListedWithoutAPreview() public {
        vm.prank(seller);
        uint64 id = data.create(0, 0, version(KEY, 0));
        vm.prank(seller);
        data.list(id, 0, 0);
        require(stateOf(id) == DataAssets.AssetState.Listed);
    }

    function test_onlyTheOwnerChangesAnAsset() public {
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotOwner.selector, asset, buyer));
        data.publish(asset, version(KEY, 1));
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotOwner.selector, asset, buyer));
        data.list(asset, 1, 0);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotOwner.selector, asset, buyer));
        data.unlist(asset);
        vm.prank(address(0));
        vm.expectRevert(abi.encodeWithSelector(DataAssets.UnknownAsset.selector, 99));
        data.list(99, 1, 0);
    }

    function test_aTransferTakesAnAssetOffTheMarketAndOpenSalesStayTheSellers() public {
        uint64 sale = bought();
        vm.prank(seller);
        data.transferFrom(seller, who(2), asset);
        require(stateOf(asset) == DataAssets.AssetState.Unlisted);
        Delivery memory it = seal(sale, KEY, EPHEMERAL, SECRET);
        vm.prank(who(2));
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotSeller.selector, sale, who(2)));
        data.deliver(sale, it.x, it.v, it.wrapped);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        vm.prank(buyer);
        data.finalise(sale);
        requireEnded(sale, DataMarket.SaleState.Final, PRICE);
    }

    function test_anUnlistedAssetIsNotSoldAndCanComeBack() public {
        vm.prank(seller);
        data.unlist(asset);
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotListed.selector, asset));
        data.buy(asset, 1, PRICE, x, v);
        vm.prank(seller);
        data.list(asset, PRICE, 0);
        bought();
    }

    function test_workBuiltOnAnAssetPaysItsRoyalty() public {
        address deriver = who(2);
        vm.prank(deriver);
        uint64 derived = data.create(asset, 0, version(KEY, 0));
        vm.prank(deriver);
        data.list(derived, 1000, 0);
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(buyer);
        uint64 sale = data.buy(derived, 1, 1000, x, v);
        Delivery memory it = seal(sale, KEY, EPHEMERAL, SECRET);
        vm.prank(deriver);
        data.deliver(sale, it.x, it.v, it.wrapped);
        vm.prank(buyer);
        data.finalise(sale);
        require(ledger.free(seller) == FUNDS + 100, "a tenth to the parent's owner");
        require(ledger.free(deriver) == FUNDS + 900, "the rest to the seller");
        require(ledger.held(address(data), sale) == 0);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.BadRoyalty.selector, 2001));
        data.create(0, 2001, version(KEY, 0));
        vm.expectRevert(abi.encodeWithSelector(DataAssets.UnknownAsset.selector, 99));
        data.create(99, 0, version(KEY, 0));
    }

    function test_aRequestIsMetByAnAnswerAndByNothingElse() public {
        vm.prank(buyer);
        uint64 id = data.request(77, "brief");
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotAnswered.selector, id, asset));
        data.accept(id, asset, 1, x, v);
        answers(id, 1);
        vm.prank(who(2));
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotBuyer.selector, id, who(2)));
        data.accept(id, asset, 1, x, v);
        vm.prank(buyer);
        uint64 sale = data.accept(id, asset, 1, x, v);
        require(
            saleOf(sale).price == 77 &&
                ledger.held(address(data), sale) == 77 &&
                ledger.held(address(data), data.requestBucket(id)) == 0
        );
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.WrongState.selector, id));
        data.withdraw(id);
    }

    function test_aRequestIsTakenBackWithItsBounty() public {
        vm.prank(buyer);
        uint64 id = data.request(77, "brief");
        vm.prank(buyer);
        data.withdraw(id);
        require(ledger.free(buyer) == FUNDS && ledger.held(address(data), data.requestBucket(id)) == 0);
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.WrongState.selector, id));
        data.answer(id, asset, 1, uint40(block.timestamp) + 1);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadBounty.selector));
        data.request(0, "brief");
    }

    function test_onlyWhoPaidRatesAndOnlyOnce() public {
        (uint64 sale, ) = delivered(KEY);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.WrongState.selector, sale));
        data.rate(sale, 5);
        vm.prank(buyer);
        data.finalise(sale);
        vm.prank(seller);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotBuyer.selector, sale, seller));
        data.rate(sale, 5);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.BadStars.selector, 6));
        data.rate(sale, 6);
        vm.prank(buyer);
        data.rate(sale, 1);
        vm.prank(buyer);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.WrongState.selector, sale));
        data.rate(sale, 5);
    }

    function test_aVersionCommitsToEverything() public {
        DataAssets.Version[5] memory bad;
        for (uint256 i; i < 5; ++i) bad[i] = version(KEY, 4);
        bad[0].content = 0;
        bad[1].keyCommit = 0;
        bad[2].metadata = 0;
        bad[3].segments = 0;
        (bad[4].segments, bad[4].count) = (0, 0);
        for (uint256 i; i < 5; ++i) {
            vm.prank(seller);
            vm.expectRevert(abi.encodeWithSelector(DataAssets.BadVersion.selector, asset + 1));
            data.create(0, 0, bad[i]);
        }
    }

    function test_theTokensAddressIsTheMetadatasCid() public view {
        require(
            keccak256(bytes(data.tokenURI(asset))) ==
                keccak256("ipfs://f015512206d65746164617461000000000000000000000000000000000000000000000000")
        );
        (address receiver, uint256 amount) = data.royaltyInfo(asset, 1000);
        require(receiver == seller && amount == 100);
        require(data.supportsInterface(0x2a55205a) && data.supportsInterface(0x80ac58cd));
    }

    function test_profilesAreBounded() public {
        data.announce(new bytes(1024));
        vm.expectRevert(abi.encodeWithSelector(DataAssets.ProfileTooLong.selector, 1025));
        data.announce(new bytes(1025));
    }

    function test_aKeyIsTakenUntilTheEndOfItsDay() public {
        uint64 sale = bought();
        uint256 last = saleOf(sale).until;
        Delivery memory it = seal(sale, KEY, EPHEMERAL, SECRET);
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.TooLate.selector, sale, last));
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        vm.warp(last);
        vm.prank(seller);
        data.deliver(sale, it.x, it.v, it.wrapped);
        require(saleOf(sale).until == last + 1 days, "a day to answer");
    }

    function test_aComplaintIsTakenUntilTheEndOfItsDay() public {
        (uint64 sale, Delivery memory it) = delivered("wrong");
        uint256 last = saleOf(sale).until;
        vm.warp(last + 1);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.TooLate.selector, sale, last));
        complain(sale, SECRET, it);
        vm.warp(last);
        complain(sale, SECRET, it);
        requireEnded(sale, DataMarket.SaleState.Refunded, 0);
    }

    function test_aLotIsGoodForAsManyBlocksAsTheChainRemembers() public {
        vm.prank(seller);
        data.publish(asset, version(KEY, 40));
        vm.roll(block.number + 1 + 8191);
        vm.prank(seller);
        data.list(asset, PRICE, "preview");
        require(stateOf(asset) == DataAssets.AssetState.Listed, "at the last block");
    }

    function test_royaltiesAreTakenUpToTheirLimit() public {
        uint16 most = data.MAX_ROYALTY();
        data.create(0, most, version(KEY, 0));
        vm.expectRevert(abi.encodeWithSelector(DataAssets.BadRoyalty.selector, most + 1));
        data.create(0, most + 1, version(KEY, 0));
    }

    function test_onlyWhatIsThereIsReportedOrTakenOffTheMarket() public {
        vm.expectRevert(abi.encodeWithSelector(DataAssets.UnknownAsset.selector, 99));
        data.report(99, 1);
        vm.prank(seller);
        data.unlist(asset);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotListed.selector, asset));
        vm.prank(seller);
        data.unlist(asset);
    }

    function answers(uint64 id, uint24 version_) private {
        vm.prank(seller);
        data.answer(id, asset, version_, uint40(block.timestamp) + 10 days);
    }

    function accepts(uint64 id, uint24 version_) private returns (uint64) {
        (bytes32 x, uint8 v) = point(SECRET);
        vm.prank(buyer);
        return data.accept(id, asset, version_, x, v);
    }

    function test_anAnswerIsOfTheVersionThatIsOnTheMarket() public {
        vm.prank(buyer);
        uint64 id = data.request(77, "brief");
        uint40 until = uint40(block.timestamp) + 1;
        vm.expectRevert(abi.encodeWithSelector(DataAssets.BadVersion.selector, asset));
        vm.prank(seller);
        data.answer(id, asset, 2, until);
        answers(id, 1);
        vm.prank(seller);
        data.unlist(asset);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotListed.selector, asset));
        vm.prank(seller);
        data.answer(id, asset, 1, until);
        (bytes32 x, uint8 v) = point(SECRET);
        vm.expectRevert(abi.encodeWithSelector(DataAssets.NotListed.selector, asset));
        vm.prank(buyer);
        data.accept(id, asset, 1, x, v);
    }

    function test_anAnswerEndsWithItsTime() public {
        vm.prank(buyer);
        uint64 id = data.request(77, "brief");
        uint40 now_ = uint40(block.timestamp);
        uint40 longest = data.LONGEST_OFFER();
        uint40[2] memory bad = [now_, now_ + longest + 1];
        for (uint256 i; i < 2; ++i) {
            vm.expectRevert(abi.encodeWithSelector(DataMarket.TooLate.selector, id, bad[i]));
            vm.prank(seller);
            data.answer(id, asset, 1, bad[i]);
        }
        vm.prank(seller);
        data.answer(id, asset, 1, now_ + longest);
        (bytes32 x, uint8 v) = point(SECRET);
        vm.warp(now_ + longest + 1);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.TooLate.selector, id, now_ + longest));
        vm.prank(buyer);
        data.accept(id, asset, 1, x, v);
        vm.warp(now_ + longest);
        accepts(id, 1);
    }

    /// A requester waits until there is more for the same bounty.
    function test_anOldAnswerDoesNotBuyANewVersion() public {
        vm.prank(buyer);
        uint64 id = data.request(1, "brief");
        answers(id, 1);
        vm.prank(seller);
        data.publish(asset, version("a hundred times as much", 0));
        vm.prank(seller);
        data.list(asset, 1000 * PRICE, 0);
        (bytes32 x, uint8 v) = point(SECRET);
        for (uint24 wanted = 1; wanted < 3; ++wanted) {
            vm.expectRevert(
                wanted == 2
                    ? abi.encodeWithSelector(DataMarket.NotAnswered.selector, id, asset)
                    : abi.encodeWithSelector(DataAssets.BadVersion.selector, asset)
            );
            vm.prank(buyer);
            data.accept(id, asset, wanted, x, v);
        }
    }

    /// Whoever gets a token owes nothing that its last owner has promised.
    function test_anAnswerDoesNotBindTheNextOwner() public {
        vm.prank(buyer);
        uint64 id = data.request(1, "brief");
        answers(id, 1);
        vm.prank(seller);
        data.transferFrom(seller, who(2), asset);
        vm.prank(who(2));
        data.list(asset, 1000 * PRICE, 0);
        (bytes32 x, uint8 v) = point(SECRET);
        vm.expectRevert(abi.encodeWithSelector(DataMarket.NotAnswered.selector, id, asset));
        vm.prank(buyer);
        data.accept(id, asset, 1, x, v);
    }

    function test_whoWantsAnotherLotLosesTheBondOfTheFirst() public {
        uint256 start = ledger.free(seller);
        uint96 bond = data.LOT_BOND();
        for (uint256 i = 1; i < 5; ++i) {
            vm.prank(seller);
            data.publish(asset, version(KEY, 40));
            require(ledger.free(seller) == start - i * bond, "held for each lot");
        }
        vm.roll(block.number + 2);
        vm.prank(seller);
        data.list(asset, PRICE, "preview");
        require(ledger.free(seller) == start - 3 * uint256(bond), "one comes back");
        vm.prank(seller);
        data.list(asset, PRICE, 0);
        require(ledger.free(seller) == start - 3 * uint256(bond), "once");
        address poor = vm.addr(99);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughFree.selector, poor, 0, bond));
        vm.prank(poor);
        data.create(0, 0, version(KEY, 40));
    }
}
