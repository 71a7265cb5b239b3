// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {DataAssets} from "./DataAssets.sol";
import {Ledger} from "./Ledger.sol";

/// @title Sales of sealed data: pay, deliver the key, complain
/// @notice The price is held until the seller has posted the key, sealed for this buyer alone, and the buyer is
///      content or silent. A buyer who was given a wrong key, or a key that does not open a segment, proves it here and
///      is refunded at once. Nobody can keep the other's money by silence: after each deadline anyone may end the sale.
/// @dev A state machine without token calls: the Ledger holds the money. No owner, no loops but along a Merkle path.
contract DataMarket is DataAssets {
    enum SaleState {
        None,
        Paid,
        Delivered,
        Final,
        Refunded
    }
    enum RequestState {
        None,
        Open,
        Met,
        Withdrawn
    }

    struct Sale {
        address buyer;
        uint40 until;
        uint24 version;
        SaleState state;
        uint8 stars;
        address seller;
        uint96 price;
        address key;
        uint64 asset;
        bytes32 delivery;
    }

    /// What opens a delivery, by the buyer's secret, and what the version has published of its keys.
    struct Opening {
        uint256 secret;
        bytes32 pointX;
        uint8 pointV;
        bytes32 wrapped;
        bytes32 keyCommit;
        bytes32 salt;
        bytes32 segments;
    }

    /// A leaf of a version's Merkle tree, with its path.
    /// @param commit SHA-256(key of the segment)
    /// @param wrapped key of the segment ⊕ SHA-256(key of the version, number)
    /// @param lefts bit k is set where the k-th neighbour, counted from the leaf, stands on the left
    struct Segment {
        uint32 number;
        bytes32 commit;
        bytes32 wrapped;
        uint32 lefts;
        bytes32[] path;
    }

    struct Request {
        address account;
        uint96 bounty;
        RequestState state;
    }

    /// An asset's owner offers one version of it for a request's bounty, for some time.
    struct Answer {
        address seller;
        uint24 version;
        uint40 until;
    }

    Ledger public immutable ledger;
    /// @notice How long a seller may take to deliver, and a buyer to complain.
    uint40 public constant ANSWER = 1 days;
    /// @notice How long an answer to a request may bind its seller.
    uint40 public constant LONGEST_OFFER = 90 days;
    /// x of secp256k1's generator, whose y is even, and the order of the group (SEC 2, 2.4.1).
    uint256 private constant GX = 0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798;
    uint256 private constant N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;

    uint64 public saleCount;
    uint64 public requestCount;
    mapping(uint256 id => Sale) private sales;
    mapping(uint256 id => Request) public requests;
    mapping(uint256 request => mapping(uint256 asset => Answer)) public answers;

    event SalePaid(
        uint256 indexed id,
        address indexed buyer,
        address indexed seller,
        uint64 asset,
        uint24 version,
        uint96 price,
        bytes32 keyX,
        uint8 keyV,
        uint40 until
    );
    event SaleDelivered(
        uint256 indexed id,
        address indexed buyer,
        address indexed seller,
        bytes32 pointX,
        uint8 pointV,
        bytes32 wrapped,
        uint40 until
    );
    /// @param wrongKey whether the buyer has proven that the delivered key, or what it opens of a segment, is wrong
    event SaleClosed(
        uint256 indexed id,
        address indexed buyer,
        address indexed seller,
        SaleState state,
        uint256 paid,
        uint256 royalty,
        bool wrongKey
    );
    event SaleRated(uint256 indexed id, address indexed buyer, address indexed seller, uint8 stars);
    event AssetReported(uint256 indexed id, address indexed account, uint8 reason);
    event RequestOpened(uint256 indexed id, address indexed account, uint96 bounty, bytes32 brief);
    event RequestAnswered(uint256 indexed id, address indexed seller, uint64 asset, uint24 version, uint40 until);
    event RequestClosed(uint256 indexed id, address indexed account, RequestState state, uint64 sale);

    error WrongState(uint256 id);
    error NotBuyer(uint256 id, address caller);
    error NotSeller(uint256 id, address caller);
    error OwnAsset(uint256 id);
    error PriceAboveMax(uint96 price, uint96 maxPrice);
    error BadKey();
    error BadDelivery(uint256 id);
    error KeyIsGood(uint256 id);
    error SegmentNotThere(uint256 id, uint256 number);
    error SegmentIsGood(uint256 id, uint256 number);
    error TooEarly(uint256 id, uint256 from);
    error TooLate(uint256 id, uint256 until);
    error BadStars(uint8 stars);
    error BadBounty();
    error NotAnswered(uint256 id, uint256 asset);

    constructor(Ledger ledger_) ERC721("Hearth data", "HDATA") {
        ledger = ledger_;
    }

    /// @notice Pays for the version that the buyer has seen, at no more than the price it has seen.
    /// @param keyX x of the buyer's public key for this sale; a key of its own, since a complaint makes its secret
    /// public
    /// @param keyV 27 where its y is even, 28 where it is odd
    function buy(uint64 asset, uint24 version, uint96 maxPrice, bytes32 keyX, uint8 keyV) external returns (uint64 id) {
        _requireListed(asset, version);
        Asset storage it = assets[asset];
        if (it.price > maxPrice) revert PriceAboveMax(it.price, maxPrice);
        return _sell(asset, version, it.price, keyX, keyV);
    }

    /// @notice Hands the key over, sealed for the buyer: `wrapped` = key ⊕ keccak256(address of s·B, sale), where
    /// `point` = s·G.
    function deliver(uint256 id, bytes32 pointX, uint8 pointV, bytes32 wrapped) external {
        Sale storage sale = _in(id, SaleState.Paid);
        if (sale.seller != msg.sender) revert NotSeller(id, msg.sender);
        if (block.timestamp > sale.until) revert TooLate(id, sale.until);
        if (_multiply(pointX, pointV, 1) == address(0)) revert BadKey();
        (sale.state, sale.until) = (SaleState.Delivered, uint40(block.timestamp) + ANSWER);
        sale.delivery = keccak256(abi.encode(pointX, pointV, wrapped));
        emit SaleDelivered(id, sale.buyer, msg.sender, pointX, pointV, wrapped, sale.until);
    }

    /// @notice Refunds a buyer whose delivered key is not the one that the version commits to. The buyer shows the
    ///      secret of its key for this sale, and the contract opens the delivery itself.
    function complain(uint256 id, Opening calldata opening) external {
        (Sale storage sale, bytes32 key) = _open(id, opening);
        if (keccak256(abi.encode(key, opening.salt)) == opening.keyCommit) revert KeyIsGood(id);
        _refund(id, sale, true);
    }

    /// @notice Refunds a buyer who cannot open a segment: the delivered key unwraps another key than the version
    ///      commits to for it.
    function complainSegment(uint256 id, Opening calldata opening, Segment calldata segment) external {
        (Sale storage sale, bytes32 key) = _open(id, opening);
        if (!_standsUnder(opening.segments, segment)) revert SegmentNotThere(id, segment.number);
        bytes32 unwrapped = segment.wrapped ^ sha256(abi.encode(key, uint256(segment.number)));
        if (sha256(abi.encode(unwrapped)) == segment.commit) revert SegmentIsGood(id, segment.number);
        _refund(id, sale, true);
    }

    /// @notice Ends a delivered sale: at once by a content buyer, by anybody when the buyer stays silent.
    function finalise(uint256 id) external {
        Sale storage sale = _in(id, SaleState.Delivered);
        if (sale.buyer != msg.sender && block.timestamp <= sale.until) revert TooEarly(id, uint256(sale.until) + 1);
        sale.state = SaleState.Final;
        (address receiver, uint256 royalty) = _royalty(sale.asset, sale.price);
        emit SaleClosed(id, sale.buyer, sale.seller, SaleState.Final, sale.price - royalty, royalty, false);
        if (royalty > 0) ledger.release(id, receiver, royalty);
        ledger.close(id, sale.seller, sale.price - royalty, sale.buyer);
    }

    /// @notice Ends a sale whose seller did not deliver in time. Anybody may call it; a seller may at any time.
    function refund(uint256 id) external {
        Sale storage sale = _in(id, SaleState.Paid);
        if (sale.seller != msg.sender && block.timestamp <= sale.until) revert TooEarly(id, uint256(sale.until) + 1);
        _refund(id, sale, false);
    }

    /// @notice One to five stars from who has paid, once a sale.
    function rate(uint256 id, uint8 stars) external {
        Sale storage sale = _in(id, SaleState.Final);
        if (sale.buyer != msg.sender) revert NotBuyer(id, msg.sender);
        if (stars == 0 || stars > 5) revert BadStars(stars);
        if (sale.stars != 0) revert WrongState(id);
        sale.stars = stars;
        emit SaleRated(id, msg.sender, sale.seller, stars);
    }

    /// @notice Says publicly that an asset should not be here. It removes nothing by itself; apps weigh who says it.
    function report(uint256 asset, uint8 reason) external {
        if (_ownerOf(asset) == address(0)) revert UnknownAsset(asset);
        emit AssetReported(asset, msg.sender, reason);
    }

    /// @notice Asks for data and holds a bounty for whoever has it.
    /// @param brief digest of the IPFS block that says what is wanted
    function request(uint96 bounty, bytes32 brief) external returns (uint64 id) {
        if (bounty == 0) revert BadBounty();
        id = ++requestCount;
        requests[id] = Request(msg.sender, bounty, RequestState.Open);
        emit RequestOpened(id, msg.sender, bounty, brief);
        ledger.hold(msg.sender, requestBucket(id), bounty);
    }

    /// @notice Offers the listed version of an asset for a request's bounty, until a time. A new version, another owner
    ///         or that time ends the offer.
    function answer(uint256 id, uint64 asset, uint24 version, uint40 until) external onlyOwnerOf(asset) {
        if (requests[id].state != RequestState.Open) revert WrongState(id);
        _requireListed(asset, version);
        if (until <= block.timestamp || until > block.timestamp + LONGEST_OFFER) revert TooLate(id, until);
        answers[id][asset] = Answer(msg.sender, version, until);
        emit RequestAnswered(id, msg.sender, asset, version, until);
    }

    /// @notice Takes an answer: the bounty becomes the price of a sale.
    function accept(uint256 id, uint64 asset, uint24 version, bytes32 keyX, uint8 keyV) external returns (uint64 sale) {
        Request storage it = _own(id);
        Answer storage given = answers[id][asset];
        if (given.version != version || given.seller != _ownerOf(asset)) revert NotAnswered(id, asset);
        if (block.timestamp > given.until) revert TooLate(id, given.until);
        _requireListed(asset, version);
        it.state = RequestState.Met;
        ledger.release(requestBucket(id), msg.sender, it.bounty);
        sale = _sell(asset, version, it.bounty, keyX, keyV);
        emit RequestClosed(id, msg.sender, RequestState.Met, sale);
    }

    /// @notice Takes a request and its bounty back.
    function withdraw(uint256 id) external {
        Request storage it = _own(id);
        it.state = RequestState.Withdrawn;
        emit RequestClosed(id, msg.sender, RequestState.Withdrawn, 0);
        ledger.release(requestBucket(id), msg.sender, it.bounty);
    }

    function getSale(uint256 id) external view returns (Sale memory) {
        return sales[id];
    }

    /// @notice The Ledger bucket of a request's bounty; a sale's is its id.
    function requestBucket(uint256 id) public pure returns (uint256) {
        return (1 << 255) | id;
    }

    /// @notice The Ledger bucket of the bonds of an asset's lots.
    function lotBucket(uint256 asset) public pure returns (uint256) {
        return (1 << 254) | asset;
    }

    function _holdLotBond(uint256 id) internal override {
        ledger.hold(msg.sender, lotBucket(id), LOT_BOND);
    }

    function _returnLotBond(uint256 id) internal override {
        ledger.release(lotBucket(id), msg.sender, LOT_BOND);
    }

    function _requireListed(uint64 asset, uint24 version) private view {
        if (assets[asset].state != AssetState.Listed) revert NotListed(asset);
        if (assets[asset].version != version) revert BadVersion(asset);
    }

    function _sell(uint64 asset, uint24 version, uint96 price, bytes32 keyX, uint8 keyV) private returns (uint64 id) {
        address seller = _ownerOf(asset);
        if (seller == msg.sender) revert OwnAsset(asset);
        address key = _multiply(keyX, keyV, 1);
        if (key == address(0)) revert BadKey();
        id = ++saleCount;
        Sale storage sale = sales[id];
        (sale.buyer, sale.until, sale.version, sale.state) = (
            msg.sender,
            uint40(block.timestamp) + ANSWER,
            version,
            SaleState.Paid
        );
        (sale.seller, sale.price, sale.key, sale.asset) = (seller, price, key, asset);
        emit SalePaid(id, msg.sender, seller, asset, version, price, keyX, keyV, sale.until);
        ledger.hold(msg.sender, id, price);
    }

    function _refund(uint256 id, Sale storage sale, bool wrongKey) private {
        sale.state = SaleState.Refunded;
        emit SaleClosed(id, sale.buyer, sale.seller, SaleState.Refunded, 0, 0, wrongKey);
        ledger.close(id, sale.seller, 0, sale.buyer);
    }

    function _in(uint256 id, SaleState wanted) private view returns (Sale storage sale) {
        sale = sales[id];
        if (sale.state != wanted) revert WrongState(id);
    }

    /// A delivered sale that its buyer may still complain about, and the key that was delivered.
    function _open(uint256 id, Opening calldata it) private view returns (Sale storage sale, bytes32 key) {
        sale = _in(id, SaleState.Delivered);
        if (sale.buyer != msg.sender) revert NotBuyer(id, msg.sender);
        if (block.timestamp > sale.until) revert TooLate(id, sale.until);
        if (_multiply(bytes32(GX), 27, it.secret) != sale.key) revert BadKey();
        if (keccak256(abi.encode(it.pointX, it.pointV, it.wrapped)) != sale.delivery) revert BadDelivery(id);
        _requirePublished(sale.asset, sale.version, it.keyCommit, it.salt, it.segments);
        key = it.wrapped ^ keccak256(abi.encode(_multiply(it.pointX, it.pointV, it.secret), id));
    }

    function _own(uint256 id) private view returns (Request storage it) {
        it = requests[id];
        if (it.state != RequestState.Open) revert WrongState(id);
        if (it.account != msg.sender) revert NotBuyer(id, msg.sender);
    }

    /// Whether a Merkle path leads from a segment's leaf to a root (RFC 6962). The leaf itself says its number, so the
    /// size of the tree need not be known.
    function _standsUnder(bytes32 root, Segment calldata it) private pure returns (bool) {
        if (it.path.length > 32 || it.lefts >> it.path.length != 0) return false;
        bytes32 hash = sha256(abi.encodePacked(uint8(0), it.number, it.commit, it.wrapped));
        for (uint256 i; i < it.path.length; ++i)
            hash =
                (it.lefts >> i) & 1 == 1
                    ? sha256(abi.encodePacked(uint8(1), it.path[i], hash))
                    : sha256(abi.encodePacked(uint8(1), hash, it.path[i]));
        return hash == root;
    }

    /// The address of secret·P, where P is the point with this x; zero where there is none.
    /// @dev ecrecover's formula is r⁻¹(s·R − z·G), which is b·R for z = 0 and s = b·r.
    function _multiply(bytes32 x, uint8 v, uint256 secret) private pure returns (address) {
        if (uint256(x) >= N) return address(0);
        return ecrecover(0, v, x, bytes32(mulmod(secret, uint256(x), N)));
    }
}
