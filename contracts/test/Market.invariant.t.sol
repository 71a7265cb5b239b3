// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Market} from "../Market.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// Drives the market with random calls. Each successful call is counted, and what every account should own is kept
/// in a ghost ledger of its own, computed from the rules and never read from the contracts.
contract Handler is World {
    uint256 public clock = 1_000_000;
    mapping(bytes32 verb => uint256) public succeeded;
    mapping(address => uint256) public ghostFree;
    mapping(uint256 order => uint256) public ghostEscrow;
    mapping(uint256 order => uint40) public bestReceipt;
    mapping(uint256 order => uint256) public seenState;
    bool public movedBackwards;
    bool public refusedReceipt;

    constructor() {
        for (uint256 i; i < keys.length; ++i) ghostFree[who(i)] = FUNDS;
    }

    /// Fuzzers repeat round numbers; a hash spreads them evenly over the choices below.
    function spread(uint256 x) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(x)));
    }

    modifier counted(bytes32 verb) {
        vm.warp(clock);
        _;
        succeeded[verb]++;
        watchStates();
    }

    function watchStates() private {
        for (uint256 i = 1; i <= market.orderCount(); ++i) {
            uint256 state = uint256(getOrder(i).state);
            if (seenState[i] > 1 && seenState[i] != state) movedBackwards = true;
            seenState[i] = state;
        }
    }

    /// Most accounts' calls come from the one that may make them; one in eight comes from a stranger and must fail.
    function caller(address rightful, uint256 seed) private view returns (address) {
        return seed % 8 == 7 ? who(seed >> 8) : rightful;
    }

    function tick(uint256 secs) external {
        clock += secs % 2000;
        vm.warp(clock);
    }

    function addMachine(uint256 w) external counted("addMachine") {
        vm.prank(who(w));
        market.addMachine(bytes32(w), bytes32(w));
        ghostFree[who(w)] -= market.STAKE();
    }

    function removeMachine(uint256 x) external counted("removeMachine") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most machines in");
        uint256 id = aMachine(x);
        address owner = getMachine(id).owner;
        vm.prank(caller(owner, x >> 64));
        market.removeMachine(id);
        ghostFree[owner] += market.STAKE();
    }

    function makeOffer(uint256 x) external counted("makeOffer") {
        x = spread(x);
        uint64 id = aMachine(x);
        vm.prank(caller(getMachine(id).owner, x >> 64));
        market.makeOffer(id, uint96(1 + ((x >> 96) % 1e15)), uint40(60 + ((x >> 200) % 10_000)));
    }

    function cancelOffer(uint256 x) external counted("cancelOffer") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most offers open");
        uint256 id = anOffer(x);
        vm.prank(caller(getOffer(id).owner, x >> 64));
        market.cancelOffer(id);
    }

    function placeOrder(uint256 x, uint256 w) external counted("placeOrder") {
        x = spread(x);
        uint256 id = anOffer(x);
        Market.Offer memory offer = getOffer(id);
        uint40 term = uint40(60 + ((x >> 64) % (offer.maxSeconds - 59)));
        vm.prank(who(w));
        uint256 order = market.placeOrder(id, term, offer.price, bytes32(x));
        uint256 escrow = uint256(offer.price) * term;
        ghostFree[who(w)] -= escrow;
        ghostEscrow[order] = escrow;
    }

    function renewOrder(uint256 x) external counted("renewOrder") {
        x = spread(x);
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        uint40 extra = uint40(1 + ((x >> 96) % 500));
        vm.prank(caller(order.buyer, x >> 64));
        market.renewOrder(id, extra);
        ghostFree[order.buyer] -= uint256(order.price) * extra;
        ghostEscrow[id] += uint256(order.price) * extra;
    }

    function complete(uint256 x) external counted("complete") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the orders running");
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        vm.prank(caller(order.buyer, x >> 64));
        market.complete(id);
        uint256 served = clock < order.end ? clock - order.start : order.end - order.start;
        ghostClose(id, order, served < 60 ? 60 : served);
    }

    function settle(uint256 x) external counted("settle") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the orders running");
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        uint40 served = uint40((x >> 96) % (order.end - order.start + 2));
        bool finished = (x >> 200) % 2 == 0;
        address signer = caller(order.buyer, x >> 64);
        bytes memory signature = receipt(id, served, finished, keyOf(signer));
        address owner = getOffer(order.offer).owner;
        address sender = caller(owner, x >> 128);
        bool due =
            order.state == Market.OrderState.Active &&
                sender == owner &&
                signer == order.buyer &&
                served <= order.end - order.start;
        vm.prank(sender);
        try market.settle(id, served, finished, signature) {} catch {
            require(due, "what is owed to nobody");
            refusedReceipt = true;
            return;
        }
        require(signer == order.buyer, "a stranger's receipt was paid");
        bestReceipt[id] = served;
        ghostClose(id, order, served);
    }

    function fail(uint256 x) external counted("fail") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the orders running");
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        vm.prank(caller(getOffer(order.offer).owner, x >> 64));
        market.fail(id);
        ghostClose(id, order, 0);
    }

    function reclaim(uint256 x, uint256 w) external counted("reclaim") {
        x = spread(x);
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        if ((x >> 16) & 1 == 0 && clock < uint256(order.end) + 1 days) clock = uint256(order.end) + 1 days;
        vm.warp(clock);
        vm.prank(who(w));
        market.reclaim(id);
        require(clock >= uint256(order.end) + 1 days, "reclaimed before its time");
        ghostClose(id, order, 0);
    }

    function deposit(uint256 w, uint256 amount) external counted("deposit") {
        amount = amount % (coin.balanceOf(who(w)) + 1);
        vm.prank(who(w));
        ledger.deposit(amount);
        ghostFree[who(w)] += amount;
    }

    function withdraw(uint256 w, uint256 amount) external counted("withdraw") {
        amount = amount % (ledger.free(who(w)) / 64 + 1);
        vm.prank(who(w));
        ledger.withdraw(amount);
        ghostFree[who(w)] -= amount;
    }

    function donate(uint256 amount) external counted("donate") {
        require(coin.transfer(address(ledger), amount % 1e18));
    }

    /// Accounts get code and lose it (EIP-7702): what they have signed is worth the same.
    function delegate(uint256 w, bool on) external counted("delegate") {
        vm.etch(who(w), on ? abi.encodePacked(hex"ef0100", address(market)) : bytes(""));
    }

    /// An order that is active, if there is one; one time in eight any order, or none.
    function anOrder(uint256 x) private view returns (uint256 id) {
        uint256 count = market.orderCount();
        id = x % (count + 1);
        if (x >> 248 < 32) return id;
        for (uint256 i; i <= count && getOrder(id).state != Market.OrderState.Active; ++i) id = (id + 1) % (count + 1);
    }

    /// An offer that is open, if there is one; one time in eight any offer, or none.
    function anOffer(uint256 x) private view returns (uint256 id) {
        uint256 count = market.offerCount();
        id = x % (count + 1);
        if (x >> 248 < 32) return id;
        for (uint256 i; i <= count && getOffer(id).state != Market.OfferState.Open; ++i) id = (id + 1) % (count + 1);
    }

    /// A machine that is free, if there is one; one time in eight any machine, or none.
    function aMachine(uint256 x) private view returns (uint64 id) {
        uint64 count = market.machineCount();
        id = uint64(x % (count + 1));
        if (x >> 248 < 32) return id;
        for (uint256 i; i <= count && (getMachine(id).state != Market.MachineState.Live || getMachine(id).bound); ++i)
            id = (id + 1) % (count + 1);
    }

    function ghostClose(uint256 id, Market.Order memory order, uint256 served) private {
        uint256 paid = served * order.price;
        ghostFree[getOffer(order.offer).owner] += paid;
        ghostFree[order.buyer] += ghostEscrow[id] - paid;
        ghostEscrow[id] = 0;
    }

    /// Ends everything by timeouts and exits alone and takes all coins out; nothing may be left in a bucket.
    function drainEverything() external {
        clock += 400 days;
        vm.warp(clock);
        for (uint256 i = 1; i <= market.orderCount(); ++i)
            if (getOrder(i).state == Market.OrderState.Active) market.reclaim(i);
        for (uint256 i = 1; i <= market.offerCount(); ++i) {
            Market.Offer memory offer = getOffer(i);
            if (offer.state != Market.OfferState.Open) continue;
            vm.prank(offer.owner);
            market.cancelOffer(i);
        }
        for (uint256 i = 1; i <= market.machineCount(); ++i) {
            Market.Machine memory machine = getMachine(i);
            if (machine.state != Market.MachineState.Live) continue;
            vm.prank(machine.owner);
            market.removeMachine(i);
        }
        for (uint256 i; i < keys.length; ++i) {
            uint256 amount = ledger.free(who(i));
            vm.prank(who(i));
            ledger.withdraw(amount);
        }
    }
}

contract MarketInvariant {
    Handler handler;
    bytes32[14] verbs = [
        bytes32("addMachine"),
        "removeMachine",
        "makeOffer",
        "cancelOffer",
        "placeOrder",
        "renewOrder",
        "complete",
        "settle",
        "fail",
        "reclaim",
        "deposit",
        "withdraw",
        "donate",
        "delegate"
    ];

    function setUp() public {
        handler = new Handler();
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// Everything but `drainEverything`, which only `afterInvariant` calls.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](15);
        (s[0], s[1], s[2], s[3]) = (
            Handler.tick.selector,
            Handler.addMachine.selector,
            Handler.removeMachine.selector,
            Handler.makeOffer.selector
        );
        (s[4], s[5], s[6], s[7]) = (
            Handler.cancelOffer.selector,
            Handler.placeOrder.selector,
            Handler.renewOrder.selector,
            Handler.complete.selector
        );
        (s[8], s[9], s[10], s[11]) = (
            Handler.settle.selector,
            Handler.fail.selector,
            Handler.reclaim.selector,
            Handler.deposit.selector
        );
        (s[12], s[13], s[14]) = (Handler.withdraw.selector, Handler.donate.selector, Handler.delegate.selector);
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(handler), s);
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyCoinIsWhereTheRulesPutIt() public view {
        uint256 held;
        for (uint256 i = 1; i <= handler.market().orderCount(); ++i) {
            Market.Order memory order = handler.getOrder(i);
            uint256 bucket = handler.ledger().held(address(handler.market()), i);
            uint256 term = order.end - order.start;
            require(
                bucket == (order.state == Market.OrderState.Active ? order.price * term : 0),
                "a bucket is price x term while active"
            );
            require(bucket == handler.ghostEscrow(i), "ghost escrow");
            held += bucket;
        }
        for (uint256 i = 1; i <= handler.market().machineCount(); ++i) {
            bool live = handler.getMachine(i).state == Market.MachineState.Live;
            uint256 bucket = handler.ledger().held(address(handler.market()), handler.market().stakeBucket(i));
            require(bucket == (live ? handler.market().STAKE() : 0), "stake is held while live");
            held += bucket;
        }
        uint256 free;
        for (uint256 i; i < 4; ++i) {
            address account = handler.who(i);
            require(handler.ledger().free(account) == handler.ghostFree(account), "ghost balance");
            free += handler.ledger().free(account);
        }
        require(free + held == handler.ledger().total(), "total is free plus held");
        require(handler.coin().balanceOf(address(handler.ledger())) >= handler.ledger().total(), "backed by tokens");
    }

    function invariant_statesMoveOnlyForward() public view {
        require(!handler.movedBackwards(), "a closed order changed");
    }

    /// Whatever code its signer's account has got since (EIP-7702).
    function invariant_aBuyersReceiptIsPaid() public view {
        require(!handler.refusedReceipt(), "a buyer's own receipt was refused");
    }

    function invariant_aMachineIsBoundByOneThingAtMost() public view {
        uint256 machines = handler.market().machineCount();
        uint256[] memory bindings = new uint256[](machines + 1);
        for (uint256 i = 1; i <= handler.market().offerCount(); ++i) {
            Market.Offer memory offer = handler.getOffer(i);
            if (offer.state == Market.OfferState.Open) bindings[offer.machine]++;
        }
        for (uint256 i = 1; i <= handler.market().orderCount(); ++i) {
            Market.Order memory order = handler.getOrder(i);
            if (order.state == Market.OrderState.Active) bindings[handler.getOffer(order.offer).machine]++;
        }
        for (uint256 i = 1; i <= machines; ++i) require(bindings[i] == (handler.getMachine(i).bound ? 1 : 0), "bound");
    }

    /// A run in which a verb never succeeds proves nothing about it; timeouts and exits alone must drain all buckets.
    function afterInvariant() public {
        for (uint256 i; i < verbs.length; ++i)
            require(handler.succeeded(verbs[i]) > 0, string(abi.encodePacked("never succeeded: ", verbs[i])));
        handler.drainEverything();
        require(handler.ledger().total() == 0, "something is stuck");
    }
}
