// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Ledger} from "./Ledger.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title Machines, offers and orders
/// @notice A customer escrows price × seconds. While work is delivered the customer's app signs receipts for the
///      seconds served; the provider is paid by its best receipt. Either side can always get out alone, and a timeout
///      that anybody may call ends what both have left.
/// @dev A state machine without token calls: the Ledger holds the money. No loops. No owner.
contract Market is EIP712 {
    enum MachineState {
        None,
        Live,
        Removed
    }
    enum OfferState {
        None,
        Open,
        Taken,
        Cancelled
    }
    enum OrderState {
        None,
        Active,
        Completed,
        Failed
    }

    struct Machine {
        address owner;
        MachineState state;
        /// An open offer, or an active order on a taken one, binds the machine: one at a time.
        bool bound;
        uint32 done;
        uint32 failed;
        bytes32 spec;
        /// Ed25519 public key of the machine's peer; its libp2p PeerId follows from it.
        bytes32 peer;
    }

    struct Offer {
        address owner;
        uint64 machine;
        OfferState state;
        uint96 price;
        uint40 maxSeconds;
    }

    struct Order {
        address buyer;
        uint40 start;
        uint40 end;
        OrderState state;
        uint64 offer;
        uint96 price;
    }

    Ledger public immutable ledger;
    /// @notice What a machine's owner holds in the Ledger while the machine is live.
    uint96 public constant STAKE = 10e18;
    /// @notice How long after an order's end a provider may still settle before anybody may close it.
    uint40 public constant GRACE = 1 days;
    /// @notice The shortest order, and what an order costs at least that its buyer ends, in seconds.
    uint40 public constant LEAST_TERM = 60;
    uint256 public constant MAX_ANNOUNCEMENT = 512;
    bytes32 public constant RECEIPT_TYPEHASH = keccak256(
        "Receipt(uint256 order,address provider,uint96 price,uint40 served,bool finished)"
    );

    uint64 public machineCount;
    uint64 public offerCount;
    uint64 public orderCount;
    mapping(uint256 id => Machine) public machines;
    mapping(uint256 id => Offer) public offers;
    mapping(uint256 id => Order) public orders;

    event MachineAdded(uint256 indexed id, address indexed owner, bytes32 spec, bytes32 peer);
    event MachineAnnounced(uint256 indexed id, address indexed owner, bytes addresses);
    event MachineRemoved(uint256 indexed id, address indexed owner);
    event OfferMade(
        uint256 indexed id,
        address indexed owner,
        uint256 indexed machine,
        uint96 price,
        uint40 maxSeconds
    );
    event OfferCancelled(uint256 indexed id, address indexed owner);
    event OrderPlaced(
        uint256 indexed id,
        address indexed buyer,
        uint256 indexed offer,
        uint40 start,
        uint40 end,
        bytes32 work
    );
    event OrderRenewed(uint256 indexed id, address indexed buyer, uint40 end);
    event OrderClosed(
        uint256 indexed id,
        address indexed buyer,
        address indexed provider,
        OrderState state,
        uint40 served,
        uint256 paid,
        uint256 refunded
    );

    error NotOwner(uint256 id, address caller);
    error NotBuyer(uint256 id, address caller);
    error NotProvider(uint256 id, address caller);
    error MachineNotLive(uint256 id);
    error MachineBound(uint256 id);
    error OfferNotOpen(uint256 id);
    error OrderNotActive(uint256 id);
    error PriceAboveMax(uint96 price, uint96 maxPrice);
    error BadTerm(uint256 wanted, uint256 longest);
    error OrderEnded(uint256 id, uint40 end);
    error TooEarly(uint256 id, uint256 from);
    error BadReceipt(uint256 id);
    error AnnouncementTooLong(uint256 length);

    constructor(Ledger ledger_) EIP712("Hearth Market", "1") {
        ledger = ledger_;
    }

    /// @notice Registers a machine and holds its stake. Reverts when the caller's free balance is below STAKE.
    /// @param spec keccak256 of the machine's report
    /// @param peer Ed25519 public key of the machine's peer
    function addMachine(bytes32 spec, bytes32 peer) external returns (uint64 id) {
        id = ++machineCount;
        machines[id] = Machine(msg.sender, MachineState.Live, false, 0, 0, spec, peer);
        emit MachineAdded(id, msg.sender, spec, peer);
        ledger.hold(msg.sender, stakeBucket(id), STAKE);
    }

    /// @notice Tells where the machine's peer can be dialled. Kept in the log only.
    function announce(uint256 id, bytes calldata addresses) external {
        _liveMachine(id);
        if (addresses.length > MAX_ANNOUNCEMENT) revert AnnouncementTooLong(addresses.length);
        emit MachineAnnounced(id, msg.sender, addresses);
    }

    /// @notice Takes a machine out and gives the stake back. Not while an offer or an order binds it.
    function removeMachine(uint256 id) external {
        Machine storage machine = _liveMachine(id);
        if (machine.bound) revert MachineBound(id);
        machine.state = MachineState.Removed;
        emit MachineRemoved(id, msg.sender);
        ledger.release(stakeBucket(id), msg.sender, STAKE);
    }

    /// @notice Offers a machine at a price a second. Offers never change: another price is another id.
    function makeOffer(uint64 machineId, uint96 price, uint40 maxSeconds) external returns (uint64 id) {
        Machine storage machine = _liveMachine(machineId);
        if (machine.bound) revert MachineBound(machineId);
        if (maxSeconds < LEAST_TERM) revert BadTerm(maxSeconds, LEAST_TERM);
        machine.bound = true;
        id = ++offerCount;
        offers[id] = Offer(msg.sender, machineId, OfferState.Open, price, maxSeconds);
        emit OfferMade(id, msg.sender, machineId, price, maxSeconds);
    }

    /// @notice Takes an open offer back. Only its owner.
    function cancelOffer(uint256 id) external {
        Offer storage offer = offers[id];
        if (offer.owner != msg.sender) revert NotOwner(id, msg.sender);
        if (offer.state != OfferState.Open) revert OfferNotOpen(id);
        offer.state = OfferState.Cancelled;
        machines[offer.machine].bound = false;
        emit OfferCancelled(id, msg.sender);
    }

    /// @notice Orders `term` seconds on an open offer and holds price × term of the caller's free balance.
    /// @param maxPrice the price that the caller has seen; protects against an offer re-made in front of the order
    /// @param work hash of the specification that both sides' apps check
    function placeOrder(uint256 offerId, uint40 term, uint96 maxPrice, bytes32 work) external returns (uint64 id) {
        Offer storage offer = offers[offerId];
        uint96 price = offer.price;
        if (offer.state != OfferState.Open) revert OfferNotOpen(offerId);
        if (price > maxPrice) revert PriceAboveMax(price, maxPrice);
        if (term < LEAST_TERM || term > offer.maxSeconds) revert BadTerm(term, offer.maxSeconds);
        offer.state = OfferState.Taken;
        id = ++orderCount;
        uint40 start = uint40(block.timestamp);
        orders[id] = Order(msg.sender, start, start + term, OrderState.Active, uint64(offerId), price);
        emit OrderPlaced(id, msg.sender, offerId, start, start + term, work);
        ledger.hold(msg.sender, id, uint256(price) * term);
    }

    /// @notice Adds seconds to a running order, up to the offer's longest term. Only the buyer, only before the end.
    function renewOrder(uint256 id, uint40 extra) external {
        Order storage order = _activeOrder(id);
        if (order.buyer != msg.sender) revert NotBuyer(id, msg.sender);
        if (block.timestamp >= order.end) revert OrderEnded(id, order.end);
        uint256 longest = offers[order.offer].maxSeconds;
        uint256 term = uint256(order.end - order.start) + extra;
        if (extra == 0 || term > longest) revert BadTerm(term, longest);
        order.end += extra;
        emit OrderRenewed(id, msg.sender, order.end);
        ledger.hold(msg.sender, id, uint256(order.price) * extra);
    }

    /// @notice The buyer is content and pays for the seconds that have passed, at most the whole term and not less than
    ///         LEAST_TERM: taking an offer out of the market and dropping it costs the dropper.
    function complete(uint256 id) external {
        Order storage order = _activeOrder(id);
        if (order.buyer != msg.sender) revert NotBuyer(id, msg.sender);
        uint40 until = block.timestamp < order.end ? uint40(block.timestamp) : order.end;
        uint40 served = until - order.start;
        _close(id, order, served < LEAST_TERM ? LEAST_TERM : served, OrderState.Completed);
    }

    /// @notice The provider closes with the buyer's latest receipt and is paid for the seconds in it.
    /// @dev A receipt is good for one order of one market on one chain (EIP-712 domain), and its key's word alone: code
    ///      that an account gets later (EIP-7702) takes nothing back. It names the provider and the price, since a
    ///      reorganisation may give the order's number to another one of the same buyer. The order counts as completed
    ///      when the buyer marked the work finished or has receipted the whole term.
    function settle(uint256 id, uint40 served, bool finished, bytes calldata signature) external {
        Order storage order = _activeOrder(id);
        if (offers[order.offer].owner != msg.sender) revert NotProvider(id, msg.sender);
        uint40 term = order.end - order.start;
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(RECEIPT_TYPEHASH, id, msg.sender, order.price, served, finished))
        );
        (address signer, ECDSA.RecoverError problem, ) = ECDSA.tryRecover(digest, signature);
        if (served > term || problem != ECDSA.RecoverError.NoError || signer != order.buyer) revert BadReceipt(id);
        _close(id, order, served, finished || served == term ? OrderState.Completed : OrderState.Failed);
    }

    /// @notice The provider gives up and is paid nothing.
    function fail(uint256 id) external {
        Order storage order = _activeOrder(id);
        if (offers[order.offer].owner != msg.sender) revert NotProvider(id, msg.sender);
        _close(id, order, 0, OrderState.Failed);
    }

    /// @notice Returns the escrow to the buyer of an order that nobody closed. Anybody may call this after the grace
    ///         period, so a buyer whose machine is gone gets the money back too.
    function reclaim(uint256 id) external {
        Order storage order = _activeOrder(id);
        uint256 from = uint256(order.end) + GRACE;
        if (block.timestamp < from) revert TooEarly(id, from);
        _close(id, order, 0, OrderState.Failed);
    }

    /// @notice Laplace-smoothed share of a machine's orders that were completed, in parts per 10,000.
    function fulfilment(uint256 id) external view returns (uint256) {
        Machine storage machine = machines[id];
        return ((uint256(machine.done) + 1) * 10_000) / (uint256(machine.done) + machine.failed + 2);
    }

    /// @notice The Ledger bucket that holds a machine's stake; the order buckets are the order ids.
    function stakeBucket(uint256 machineId) public pure returns (uint256) {
        return (1 << 255) | machineId;
    }

    function _liveMachine(uint256 id) private view returns (Machine storage machine) {
        machine = machines[id];
        if (machine.state != MachineState.Live) revert MachineNotLive(id);
        if (machine.owner != msg.sender) revert NotOwner(id, msg.sender);
    }

    function _activeOrder(uint256 id) private view returns (Order storage order) {
        order = orders[id];
        if (order.state != OrderState.Active) revert OrderNotActive(id);
    }

    function _close(uint256 id, Order storage order, uint40 served, OrderState state) private {
        Offer storage offer = offers[order.offer];
        Machine storage machine = machines[offer.machine];
        (address buyer, address provider, uint256 price) = (order.buyer, offer.owner, order.price);
        uint256 paid = served * price;
        uint256 refunded = uint256(order.end - order.start) * price - paid;
        order.state = state;
        machine.bound = false;
        if (state == OrderState.Completed) machine.done++;
        else machine.failed++;
        emit OrderClosed(id, buyer, provider, state, served, paid, refunded);
        ledger.close(id, provider, paid, buyer);
    }
}
