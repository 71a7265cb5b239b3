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
    mapping(uint256 order => uint256) public seenState;
    /// The first rule that a successful or refused call broke. A revert here would take the call back, and hide it.
    bytes32 public broken;

    /// What a buyer signed for an order that a reorganisation took away.
    struct Stale {
        uint256 order;
        address buyer;
        address provider;
        uint96 price;
        uint40 served;
        bool finished;
        bytes signature;
    }

    Stale[] private stale;

    constructor() {
        for (uint256 i; i < keys.length; ++i) ghostFree[who(i)] = FUNDS;
    }

    function mustHold(bool holds, bytes32 rule) private {
        if (!holds && broken == 0) broken = rule;
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
            mustHold(seenState[i] <= 1 || seenState[i] == state, "a closed order changed");
            seenState[i] = state;
        }
    }

    /// Most accounts' calls come from the one that may make them; one in eight comes from a stranger and must fail.
    function caller(address rightful, uint256 seed) private view returns (address) {
        return seed % 8 == 7 ? who(seed >> 8) : rightful;
    }

    /// The next call comes from there.
    function callAs(address rightful, uint256 seed) private returns (address sender) {
        sender = caller(rightful, seed);
        vm.prank(sender);
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
        address sender = callAs(owner, x >> 64);
        market.removeMachine(id);
        mustHold(sender == owner, "a stranger removed a machine");
        ghostFree[owner] += market.STAKE();
    }

    function makeOffer(uint256 x) external counted("makeOffer") {
        x = spread(x);
        uint64 id = aMachine(x);
        address sender = callAs(getMachine(id).owner, x >> 64);
        market.makeOffer(id, uint96(1 + ((x >> 96) % 1e15)), uint40(60 + ((x >> 200) % 10_000)));
        mustHold(sender == getMachine(id).owner, "a stranger offered a machine");
    }

    function cancelOffer(uint256 x) external counted("cancelOffer") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the offers open");
        uint256 id = anOffer(x);
        address sender = callAs(getOffer(id).owner, x >> 64);
        market.cancelOffer(id);
        mustHold(sender == getOffer(id).owner, "a stranger cancelled an offer");
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
        address sender = callAs(order.buyer, x >> 64);
        market.renewOrder(id, extra);
        mustHold(sender == order.buyer, "a stranger renewed an order");
        ghostFree[order.buyer] -= uint256(order.price) * extra;
        ghostEscrow[id] += uint256(order.price) * extra;
    }

    function complete(uint256 x) external counted("complete") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the orders running");
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        address sender = callAs(order.buyer, x >> 64);
        market.complete(id);
        mustHold(sender == order.buyer, "a stranger completed an order");
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
            mustHold(false, "a buyer's receipt was refused");
            return;
        }
        mustHold(due, "what is not owed was paid");
        ghostClose(id, order, served);
    }

    function fail(uint256 x) external counted("fail") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the orders running");
        uint256 id = anOrder(x);
        Market.Order memory order = getOrder(id);
        address owner = getOffer(order.offer).owner;
        address sender = callAs(owner, x >> 64);
        market.fail(id);
        mustHold(sender == owner, "a stranger gave an order up");
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
        mustHold(clock >= uint256(order.end) + 1 days, "reclaimed before its time");
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

    /// A reorganisation: an offer is taken, its buyer signs a receipt, and none of it ever was. The order comes again, or
    /// somebody else's does, or another one of the same buyer's; where it cannot, its number goes to whoever comes next.
    /// Half of the receipts are tried at once, before anything else can close the order.
    function reorganise(uint256 x, uint256 w) external counted("reorganise") {
        try this.undone(x, w) {} catch (bytes memory told) {
            stale.push(abi.decode(told, (Stale)));
        }
        uint256 way = spread(w) % 3;
        try this.placeOrder(way == 2 ? spread(x) : x, way == 1 ? w + 1 : w) {} catch {}
        if (spread(x) & 1 == 0) return;
        try this.settleStale() {} catch {}
        try this.refuseStale() {} catch {}
    }

    function undone(uint256 x, uint256 w) external {
        this.placeOrder(x, w);
        x = spread(x);
        uint256 id = market.orderCount();
        Market.Order memory order = getOrder(id);
        Stale memory it = Stale(id, order.buyer, getOffer(order.offer).owner, order.price, 0, x & 1 == 0, "");
        it.served = uint40((x >> 96) % (order.end - order.start + 1));
        it.signature = receipt(id, it.served, it.finished, keyOf(order.buyer));
        bytes memory told = abi.encode(it);
        assembly {
            revert(add(told, 32), mload(told))
        }
    }

    /// Whoever has a receipt of an order that is gone tries it on the one that has its number.
    function settleStale() external counted("settleStale") {
        tryStale(true);
    }

    function refuseStale() external counted("refuseStale") {
        tryStale(false);
    }

    function tryStale(bool due) private {
        Stale memory it = aStale(due);
        Market.Order memory order = getOrder(it.order);
        vm.prank(getOffer(order.offer).owner);
        try market.settle(it.order, it.served, it.finished, it.signature) {} catch {
            mustHold(!due, "a buyer's receipt was refused");
            return;
        }
        mustHold(due, "another order's receipt was paid");
        ghostClose(it.order, order, it.served);
    }

    /// A receipt for a number whose order is active now, and was signed for such a one or not.
    function aStale(bool due) private view returns (Stale memory it) {
        for (uint256 i = stale.length; i > 0; --i) {
            it = stale[i - 1];
            Market.Order memory order = getOrder(it.order);
            if (order.state != Market.OrderState.Active) continue;
            bool same = order.buyer == it.buyer && order.price == it.price;
            same = same && getOffer(order.offer).owner == it.provider && it.served <= order.end - order.start;
            if (same == due) return it;
        }
        revert("none");
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
    bytes32[17] verbs = [
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
        "delegate",
        "reorganise",
        "settleStale",
        "refuseStale"
    ];

    function setUp() public {
        handler = new Handler();
    }

    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    /// Everything but `drainEverything`, which only `afterInvariant` calls, and `undone`.
    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        bytes4[] memory s = new bytes4[](18);
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
        (s[15], s[16], s[17]) = (
            Handler.reorganise.selector,
            Handler.settleStale.selector,
            Handler.refuseStale.selector
        );
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

    /// States move only forward, strangers get nothing, and a buyer's own receipt is paid, whatever code its account has
    /// got since (EIP-7702), for the order that it was signed for.
    function invariant_everyCallKeepsTheRules() public view {
        require(handler.broken() == 0, string(abi.encodePacked(handler.broken())));
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
