// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ledger} from "../Ledger.sol";
import {Market} from "../Market.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

contract MarketTest is World {
    uint96 constant PRICE = 1e15;
    uint40 constant LONGEST = 1000;
    uint40 constant TERM = 100;
    uint256 constant BUYER_KEY = 12;
    address provider;
    address buyer;
    uint64 machine;
    uint64 offer;
    uint64 order;

    function setUp() public {
        provider = who(0);
        buyer = who(1);
        vm.prank(provider);
        machine = market.addMachine("spec", "peer");
        vm.prank(provider);
        offer = market.makeOffer(machine, PRICE, LONGEST);
        vm.prank(buyer);
        order = market.placeOrder(offer, TERM, PRICE, "work");
    }

    function pass(uint256 secs) private {
        vm.warp(block.timestamp + secs);
    }

    function requireClosed(Market.OrderState state, uint256 served) private view {
        require(getOrder(order).state == state, "state");
        require(ledger.held(address(market), order) == 0, "bucket drained");
        require(ledger.free(provider) == FUNDS - market.STAKE() + served * PRICE, "paid");
        require(ledger.free(buyer) == FUNDS - served * PRICE, "refunded");
        require(!getMachine(machine).bound, "unbound");
    }

    // Machines

    function test_aMachineHoldsItsStakeWhileLive() public {
        vm.prank(buyer);
        uint64 id = market.addMachine("spec", "peer");
        require(ledger.held(address(market), market.stakeBucket(id)) == market.STAKE(), "held");
        vm.prank(buyer);
        market.removeMachine(id);
        require(ledger.held(address(market), market.stakeBucket(id)) == 0, "given back");
        require(getMachine(id).state == Market.MachineState.Removed, "removed");
    }

    function test_aRemovedMachineStaysRemoved() public {
        vm.prank(buyer);
        uint64 id = market.addMachine("spec", "peer");
        vm.prank(buyer);
        market.removeMachine(id);
        vm.expectRevert(abi.encodeWithSelector(Market.MachineNotLive.selector, id));
        vm.prank(buyer);
        market.removeMachine(id);
        vm.expectRevert(abi.encodeWithSelector(Market.MachineNotLive.selector, id));
        vm.prank(buyer);
        market.makeOffer(id, 1, 1);
    }

    function test_theZeroAddressOwnsNoMachineThatDoesNotExist() public {
        vm.expectRevert(abi.encodeWithSelector(Market.MachineNotLive.selector, 99));
        vm.prank(address(0));
        market.removeMachine(99);
        vm.expectRevert(abi.encodeWithSelector(Market.MachineNotLive.selector, 99));
        vm.prank(address(0));
        market.makeOffer(99, 1, 1);
        vm.expectRevert(abi.encodeWithSelector(Market.OfferNotOpen.selector, 99));
        vm.prank(address(0));
        market.cancelOffer(99);
        vm.expectRevert(abi.encodeWithSelector(Market.OrderNotActive.selector, 99));
        vm.prank(address(0));
        market.fail(99);
        vm.expectRevert(abi.encodeWithSelector(Market.OrderNotActive.selector, 99));
        market.reclaim(99);
    }

    function test_aMachineNeedsItsWholeStake() public {
        address poor = vm.addr(99);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughFree.selector, poor, 0, market.STAKE()));
        vm.prank(poor);
        market.addMachine("spec", "peer");
    }

    function test_onlyTheOwnerAnnouncesRemovesAndOffers() public {
        vm.expectRevert(abi.encodeWithSelector(Market.NotOwner.selector, machine, buyer));
        vm.prank(buyer);
        market.announce(machine, "");
        vm.expectRevert(abi.encodeWithSelector(Market.NotOwner.selector, machine, buyer));
        vm.prank(buyer);
        market.removeMachine(machine);
        vm.expectRevert(abi.encodeWithSelector(Market.NotOwner.selector, machine, buyer));
        vm.prank(buyer);
        market.makeOffer(machine, 1, 1);
    }

    function test_nobodyTakesAnUnboundMachineOfAnother() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        bytes memory notOwner = abi.encodeWithSelector(Market.NotOwner.selector, own, provider);
        vm.expectRevert(notOwner);
        vm.prank(provider);
        market.removeMachine(own);
        vm.expectRevert(notOwner);
        vm.prank(provider);
        market.makeOffer(own, PRICE, LONGEST);
        vm.expectRevert(notOwner);
        vm.prank(provider);
        market.announce(own, "");
    }

    function test_announcementsAreBounded() public {
        vm.prank(provider);
        market.announce(machine, new bytes(512));
        vm.expectRevert(abi.encodeWithSelector(Market.AnnouncementTooLong.selector, 513));
        vm.prank(provider);
        market.announce(machine, new bytes(513));
    }

    function test_aBoundMachineCannotLeaveOrBeOfferedTwice() public {
        vm.expectRevert(abi.encodeWithSelector(Market.MachineBound.selector, machine));
        vm.prank(provider);
        market.removeMachine(machine);
        vm.expectRevert(abi.encodeWithSelector(Market.MachineBound.selector, machine));
        vm.prank(provider);
        market.makeOffer(machine, 1, 1);
    }

    // Offers

    function test_aTakenOfferCannotBeCancelledOrTakenAgain() public {
        vm.expectRevert(abi.encodeWithSelector(Market.OfferNotOpen.selector, offer));
        vm.prank(provider);
        market.cancelOffer(offer);
        vm.expectRevert(abi.encodeWithSelector(Market.OfferNotOpen.selector, offer));
        vm.prank(buyer);
        market.placeOrder(offer, TERM, PRICE, "work");
    }

    function test_aCancelledOfferFreesTheMachineAndTakesNoOrders() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        vm.prank(buyer);
        uint64 id = market.makeOffer(own, PRICE, LONGEST);
        vm.expectRevert(abi.encodeWithSelector(Market.NotOwner.selector, id, provider));
        vm.prank(provider);
        market.cancelOffer(id);
        vm.prank(buyer);
        market.cancelOffer(id);
        require(!getMachine(own).bound, "free again");
        vm.expectRevert(abi.encodeWithSelector(Market.OfferNotOpen.selector, id));
        vm.prank(provider);
        market.placeOrder(id, TERM, PRICE, "work");
    }

    function test_anOfferNeedsATerm() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        vm.expectRevert(abi.encodeWithSelector(Market.BadTerm.selector, 59, 60));
        vm.prank(buyer);
        market.makeOffer(own, PRICE, 59);
    }

    function test_aMinuteIsTermEnoughForAnOfferAndAnOrder() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        vm.expectEmit(address(market));
        emit Market.OfferMade(offer + 1, buyer, own, PRICE, 60);
        vm.prank(buyer);
        uint64 id = market.makeOffer(own, PRICE, 60);
        vm.prank(provider);
        order = market.placeOrder(id, 60, PRICE, "work");
        require(ledger.held(address(market), order) == uint256(PRICE) * 60, "a minute's escrow");
    }

    function test_anOrderTellsFromWhenToWhenItRuns() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        vm.prank(buyer);
        uint64 id = market.makeOffer(own, PRICE, LONGEST);
        uint40 start = uint40(block.timestamp);
        vm.expectEmit(address(market));
        emit Market.OrderPlaced(order + 1, provider, id, start, start + TERM, "work");
        vm.prank(provider);
        order = market.placeOrder(id, TERM, PRICE, "work");
        require(getOrder(order).start == start && getOrder(order).end == start + TERM, "as told");
        vm.expectEmit(address(market));
        emit Market.OrderRenewed(order, provider, start + TERM + 50);
        vm.prank(provider);
        market.renewOrder(order, 50);
    }

    function test_aPriceAboveWhatTheBuyerSawIsRefused() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        vm.prank(buyer);
        uint64 id = market.makeOffer(own, PRICE + 1, LONGEST);
        vm.expectRevert(abi.encodeWithSelector(Market.PriceAboveMax.selector, PRICE + 1, PRICE));
        vm.prank(provider);
        market.placeOrder(id, TERM, PRICE, "work");
        vm.prank(provider);
        market.placeOrder(id, TERM, PRICE + 1, "work");
    }

    function test_theTermIsWithinTheOffers() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        vm.prank(buyer);
        uint64 id = market.makeOffer(own, PRICE, LONGEST);
        vm.expectRevert(abi.encodeWithSelector(Market.BadTerm.selector, 0, LONGEST));
        vm.prank(provider);
        market.placeOrder(id, 0, PRICE, "work");
        vm.expectRevert(abi.encodeWithSelector(Market.BadTerm.selector, LONGEST + 1, LONGEST));
        vm.prank(provider);
        market.placeOrder(id, LONGEST + 1, PRICE, "work");
        vm.prank(provider);
        market.placeOrder(id, LONGEST, PRICE, "work");
    }

    function test_anOrderNeedsItsWholeEscrow() public {
        vm.prank(buyer);
        uint64 own = market.addMachine("spec", "peer");
        uint96 dear = uint96(ledger.free(provider) / TERM) + 1;
        vm.prank(buyer);
        uint64 id = market.makeOffer(own, dear, LONGEST);
        bytes memory tooDear = abi.encodeWithSelector(
            Ledger.NotEnoughFree.selector,
            provider,
            ledger.free(provider),
            uint256(dear) * TERM
        );
        vm.expectRevert(tooDear);
        vm.prank(provider);
        market.placeOrder(id, TERM, dear, "work");
        require(getOffer(id).state == Market.OfferState.Open, "still open");
    }

    // Renewal

    function test_renewalAddsEscrowUpToTheLongestTerm() public {
        vm.prank(buyer);
        market.renewOrder(order, LONGEST - TERM);
        require(ledger.held(address(market), order) == uint256(PRICE) * LONGEST, "escrow");
        vm.expectRevert(abi.encodeWithSelector(Market.BadTerm.selector, LONGEST + 1, LONGEST));
        vm.prank(buyer);
        market.renewOrder(order, 1);
    }

    function test_aRenewalNeedsItsWholeEscrow() public {
        uint256 all = ledger.free(buyer);
        vm.prank(buyer);
        ledger.withdraw(all - PRICE);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughFree.selector, buyer, PRICE, 2 * uint256(PRICE)));
        vm.prank(buyer);
        market.renewOrder(order, 2);
        vm.prank(buyer);
        market.renewOrder(order, 1);
        require(getOrder(order).end == getOrder(order).start + TERM + 1, "by a second");
    }

    function test_renewalIsTheBuyersAndBeforeTheEnd() public {
        vm.expectRevert(abi.encodeWithSelector(Market.NotBuyer.selector, order, provider));
        vm.prank(provider);
        market.renewOrder(order, 1);
        vm.expectRevert(abi.encodeWithSelector(Market.BadTerm.selector, TERM, LONGEST));
        vm.prank(buyer);
        market.renewOrder(order, 0);
        uint40 end = getOrder(order).end;
        vm.warp(end);
        vm.expectRevert(abi.encodeWithSelector(Market.OrderEnded.selector, order, end));
        vm.prank(buyer);
        market.renewOrder(order, 1);
    }

    // Ends

    function test_completePaysTheSecondsThatPassed() public {
        pass(61);
        vm.prank(buyer);
        market.complete(order);
        requireClosed(Market.OrderState.Completed, 61);
        require(getMachine(machine).done == 1 && getMachine(machine).failed == 0, "counted");
    }

    /// Taking an offer and dropping it keeps others from it, and moves the machine's record.
    function test_whoDropsAnOrderAtOncePaysAMinuteOfIt() public {
        uint256 start = ledger.free(buyer);
        vm.prank(buyer);
        market.complete(order);
        require(ledger.free(buyer) == start + uint256(TERM - 60) * PRICE, "a minute is paid");
        vm.prank(provider);
        offer = market.makeOffer(machine, PRICE, LONGEST);
        vm.expectRevert(abi.encodeWithSelector(Market.BadTerm.selector, 59, LONGEST));
        vm.prank(buyer);
        market.placeOrder(offer, 59, PRICE, "work");
    }

    /// The buyer's account gets code that knows no signature (EIP-7702) once the work is done.
    function test_codeOfTheBuyersAccountTakesNoReceiptBack() public {
        pass(TERM);
        bytes memory signed = receipt(order, TERM, true, BUYER_KEY);
        vm.etch(buyer, abi.encodePacked(hex"ef0100", address(market)));
        vm.prank(provider);
        market.settle(order, TERM, true, signed);
        requireClosed(Market.OrderState.Completed, TERM);
    }

    function test_completePaysAtMostTheTerm() public {
        pass(TERM + 500);
        vm.prank(buyer);
        market.complete(order);
        requireClosed(Market.OrderState.Completed, TERM);
    }

    function test_onlyTheBuyerCompletes() public {
        vm.expectRevert(abi.encodeWithSelector(Market.NotBuyer.selector, order, provider));
        vm.prank(provider);
        market.complete(order);
        pass(TERM + market.GRACE());
        vm.expectRevert(abi.encodeWithSelector(Market.NotBuyer.selector, order, provider));
        vm.prank(provider);
        market.complete(order);
    }

    function test_settlePaysWhatTheReceiptSays() public {
        bytes memory signature = receipt(order, 30, true, BUYER_KEY);
        vm.expectEmit(address(market));
        emit Market.OrderClosed(
            order,
            buyer,
            provider,
            Market.OrderState.Completed,
            30,
            uint256(PRICE) * 30,
            uint256(PRICE) * (TERM - 30)
        );
        vm.prank(provider);
        market.settle(order, 30, true, signature);
        requireClosed(Market.OrderState.Completed, 30);
    }

    function test_noProviderSignsItsOwnReceipt() public {
        bytes memory own = receipt(order, TERM, true, keyOf(provider));
        vm.expectRevert(abi.encodeWithSelector(Market.BadReceipt.selector, order));
        vm.prank(provider);
        market.settle(order, TERM, true, own);
    }

    function test_anUnfinishedReceiptPaysButCountsAsFailed() public {
        bytes memory signature = receipt(order, 30, false, BUYER_KEY);
        vm.prank(provider);
        market.settle(order, 30, false, signature);
        requireClosed(Market.OrderState.Failed, 30);
        require(getMachine(machine).failed == 1, "counted");
        require(market.fulfilment(machine) == 3333, "smoothed");
    }

    function test_aReceiptForTheWholeTermCountsAsCompleted() public {
        bytes memory signature = receipt(order, TERM, false, BUYER_KEY);
        vm.prank(provider);
        market.settle(order, TERM, false, signature);
        requireClosed(Market.OrderState.Completed, TERM);
    }

    function test_settleWorksLongAfterTheEnd() public {
        pass(TERM + 2 * market.GRACE());
        bytes memory signature = receipt(order, 70, false, BUYER_KEY);
        vm.prank(provider);
        market.settle(order, 70, false, signature);
        requireClosed(Market.OrderState.Failed, 70);
    }

    function requireRefused(uint40 served, bool finished, bytes memory signature) private {
        vm.expectRevert(abi.encodeWithSelector(Market.BadReceipt.selector, order));
        vm.prank(provider);
        market.settle(order, served, finished, signature);
    }

    function test_aForgedOrChangedReceiptIsRefused() public {
        requireRefused(30, true, receipt(order, 30, true, 13));
        bytes memory good = receipt(order, 30, false, BUYER_KEY);
        requireRefused(31, false, good);
        requireRefused(30, true, good);
    }

    /// A reorganisation may give an order's number to another one of the same buyer.
    function test_aReceiptOfAnotherOrderIsRefused() public {
        requireRefused(30, false, receiptOf(order + 1, provider, PRICE, 30, false, BUYER_KEY));
        requireRefused(30, false, receiptOf(order, buyer, PRICE, 30, false, BUYER_KEY));
        requireRefused(30, false, receiptOf(order, provider, PRICE - 1, 30, false, BUYER_KEY));
        bytes memory own = receiptOf(order, provider, PRICE, 30, false, BUYER_KEY);
        vm.prank(provider);
        market.settle(order, 30, false, own);
    }

    function test_aReceiptBeyondTheTermIsRefused() public {
        bytes memory signature = receipt(order, TERM + 1, true, BUYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Market.BadReceipt.selector, order));
        vm.prank(provider);
        market.settle(order, TERM + 1, true, signature);
    }

    function test_aReceiptIsSpentOnce() public {
        bytes memory signature = receipt(order, 30, true, BUYER_KEY);
        vm.prank(provider);
        market.settle(order, 30, true, signature);
        vm.expectRevert(abi.encodeWithSelector(Market.OrderNotActive.selector, order));
        vm.prank(provider);
        market.settle(order, 30, true, signature);
    }

    function test_onlyTheProviderSettlesAndFails() public {
        bytes memory signature = receipt(order, 30, true, BUYER_KEY);
        vm.expectRevert(abi.encodeWithSelector(Market.NotProvider.selector, order, who(2)));
        vm.prank(who(2));
        market.settle(order, 30, true, signature);
        vm.expectRevert(abi.encodeWithSelector(Market.NotProvider.selector, order, buyer));
        vm.prank(buyer);
        market.fail(order);
    }

    function test_aProviderThatGivesUpIsPaidNothing() public {
        vm.prank(provider);
        market.fail(order);
        requireClosed(Market.OrderState.Failed, 0);
    }

    function test_aSilentProvidersEscrowCanBeReturnedByAnyoneAfterTheGracePeriod() public {
        uint256 from = uint256(getOrder(order).end) + market.GRACE();
        vm.warp(from - 1);
        vm.expectRevert(abi.encodeWithSelector(Market.TooEarly.selector, order, from));
        vm.prank(buyer);
        market.reclaim(order);
        vm.warp(from);
        vm.prank(who(3));
        market.reclaim(order);
        requireClosed(Market.OrderState.Failed, 0);
    }

    function test_aClosedOrderStaysClosed() public {
        vm.prank(provider);
        market.fail(order);
        bytes memory inactive = abi.encodeWithSelector(Market.OrderNotActive.selector, order);
        vm.expectRevert(inactive);
        vm.prank(buyer);
        market.complete(order);
        vm.expectRevert(inactive);
        vm.prank(buyer);
        market.renewOrder(order, 1);
        vm.expectRevert(inactive);
        vm.prank(provider);
        market.fail(order);
        pass(3 days);
        vm.expectRevert(inactive);
        market.reclaim(order);
    }

    function test_afterAnOrderTheMachineCanBeOfferedAgainOrLeave() public {
        vm.prank(provider);
        market.fail(order);
        vm.prank(provider);
        uint64 next = market.makeOffer(machine, PRICE, LONGEST);
        require(next == offer + 1, "a new id");
        vm.prank(provider);
        market.cancelOffer(next);
        vm.prank(provider);
        market.removeMachine(machine);
    }

    function test_paidAndRefundedAddUpToTheEscrow(uint40 served, bool finished) public {
        served = served % (TERM + 1);
        bytes memory signature = receipt(order, served, finished, BUYER_KEY);
        vm.prank(provider);
        market.settle(order, served, finished, signature);
        requireClosed(finished || served == TERM ? Market.OrderState.Completed : Market.OrderState.Failed, served);
    }
}
