// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DataAssets} from "../DataAssets.sol";
import {DataMarket} from "../DataMarket.sol";
import {DataWorld} from "./DataWorld.sol";
import {vm} from "./Vm.sol";

/// Drives sales and requests with random calls of everyone, honest and not, counts what succeeds and keeps its own
/// books.
contract DataHandler is DataWorld {
    uint256 public clock = 1_000_000;
    uint256 public height = 1000;
    mapping(bytes32 verb => uint256) public succeeded;
    mapping(uint256 sale => Delivery) private deliveries;
    mapping(uint256 sale => bool) public wrong;
    mapping(uint256 asset => uint256) public lots;
    mapping(uint256 sale => DataMarket.SaleState) public seen;
    bool public movedBackwards;
    bool public honestSellerLost;
    bool public cheatedBuyerLost;
    uint256 public immutable everything;
    uint64 private constant WINDOW = 10;
    uint256 private constant SECRET = 4711;
    bytes32 private immutable keyX;
    uint8 private immutable keyV;

    constructor() {
        everything = ledger.total();
        (keyX, keyV) = point(SECRET);
    }

    function first(uint64 count) public pure returns (uint64) {
        return count < WINDOW ? 1 : count - WINDOW + 1;
    }

    function spread(uint256 x) private pure returns (uint256) {
        return uint256(keccak256(abi.encode(x)));
    }

    modifier counted(bytes32 verb) {
        vm.warp(clock);
        vm.roll(height);
        _;
        succeeded[verb]++;
        for (uint256 i = first(data.saleCount()); i <= data.saleCount(); ++i) {
            DataMarket.SaleState state = saleOf(i).state;
            if (state < seen[i] || (seen[i] == DataMarket.SaleState.Final && state != seen[i])) movedBackwards = true;
            seen[i] = state;
        }
    }

    function caller(address rightful, uint256 seed) private view returns (address) {
        return seed % 8 == 7 ? who(seed >> 8) : rightful;
    }

    /// A sale in a state, of the last few; where there is one, one in which the seller cheats or does not, as wanted.
    function aSale(uint256 x, DataMarket.SaleState state, bool cheated) private view returns (uint64 id) {
        for (id = first(data.saleCount()); id <= data.saleCount(); ++id)
            if (cheated == wrong[id] && saleOf(id).state == state) return id;
        return aSale(x, state);
    }

    function aSale(uint256 x, DataMarket.SaleState state) private view returns (uint64 id) {
        uint64 from = first(data.saleCount());
        uint64 size = data.saleCount() + 1 - from;
        for (uint64 i; i < size; ++i) {
            id = from + uint64((x + i) % size);
            if (saleOf(id).state == state) return id;
        }
        revert("none");
    }

    function anAsset(uint256 x) private view returns (uint64) {
        uint64 from = first(data.assetCount());
        return from + uint64(x % (data.assetCount() + 1 - from));
    }

    /// A listed one of the last few.
    function aListed(uint256 x) private view returns (uint64 id) {
        uint64 from = first(data.assetCount());
        uint64 size = data.assetCount() + 1 - from;
        for (uint64 i; i < size; ++i) {
            id = from + uint64((x + i) % size);
            if (stateOf(id) == DataAssets.AssetState.Listed) return id;
        }
        revert("none");
    }

    /// An open one of the last few.
    function aRequest(uint256 x) private view returns (uint64 id) {
        uint64 from = first(data.requestCount());
        uint64 size = data.requestCount() + 1 - from;
        for (uint64 i; i < size; ++i) {
            id = from + uint64((x + i) % size);
            (, , DataMarket.RequestState state) = data.requests(id);
            if (state == DataMarket.RequestState.Open) return id;
        }
        revert("none");
    }

    /// No new sale or request while the one that would leave the window is open.
    function roomForSale() private view returns (bool) {
        return data.saleCount() < WINDOW || saleOf(first(data.saleCount())).state >= DataMarket.SaleState.Final;
    }

    function tick(uint256 secs, uint256 blocks) external {
        clock += secs % 9000;
        height += 1 + (blocks % 40);
    }

    function create(uint256 x) external counted("create") {
        x = spread(x);
        require(data.assetCount() < 4 || (x >> 20) & 3 == 0, "new ones would crowd out those that are listed");
        uint64 parent = (x >> 16) & 1 == 1 && data.assetCount() > 0 ? anAsset(x >> 32) : 0;
        vm.prank(who(x >> 8));
        uint64 asset = data.create(parent, uint16((x >> 128) % 2100), version(KEY, uint32((x >> 200) & 1)));
        lots[asset] += (x >> 200) & 1;
    }

    function publish(uint256 x) external counted("publish") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most as they are");
        uint64 asset = anAsset(x);
        vm.prank(caller(data.ownerOf(asset), x >> 64));
        data.publish(asset, version(KEY, uint32((x >> 200) & 1)));
        lots[asset] += (x >> 200) & 1;
    }

    function list(uint256 x) external counted("list") {
        x = spread(x);
        uint64 asset = anAsset(x);
        (, , , , , uint40 lot) = data.assets(asset);
        vm.prank(caller(data.ownerOf(asset), x >> 64));
        data.list(asset, uint96((x >> 96) % 1e18), "preview");
        if (lot != 0) lots[asset] -= 1;
    }

    function unlist(uint256 x) external counted("unlist") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most listed");
        uint64 asset = aListed(x);
        vm.prank(caller(data.ownerOf(asset), x >> 64));
        data.unlist(asset);
    }

    function transfer(uint256 x) external counted("transfer") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most where they are");
        uint64 asset = anAsset(x);
        address owner = data.ownerOf(asset);
        vm.prank(caller(owner, x >> 64));
        data.transferFrom(owner, who(x >> 32), asset);
    }

    function buy(uint256 x) external counted("buy") {
        x = spread(x);
        require(roomForSale(), "the window is full");
        uint64 asset = aListed(x);
        // Some room is left for sales that requests make.
        require((x >> 16) & 1 == 0);
        (, uint24 current, , , , ) = data.assets(asset);
        vm.prank(who(x >> 64));
        data.buy(asset, current, type(uint96).max, keyX, keyV);
    }

    function deliver(uint256 x) external counted("deliver") {
        x = spread(x);
        uint64 sale = aSale(x, DataMarket.SaleState.Paid);
        bool cheats = (x >> 16) & 1 == 0;
        Delivery memory it = seal(sale, cheats ? bytes32(x) : KEY, 1 + ((x >> 1) % 1000), SECRET);
        vm.prank(caller(saleOf(sale).seller, x >> 64));
        data.deliver(sale, it.x, it.v, it.wrapped);
        (deliveries[sale], wrong[sale]) = (it, cheats);
    }

    function complain(uint256 x) external counted("complain") {
        x = spread(x);
        uint64 sale = aSale(x, DataMarket.SaleState.Delivered, true);
        Delivery memory it = deliveries[sale];
        DataMarket.Sale memory before = saleOf(sale);
        uint256 free = ledger.free(before.buyer);
        vm.prank(caller(before.buyer, x >> 64));
        data.complain(sale, SECRET, it.x, it.v, it.wrapped, commitment(KEY), SALT);
        if (!wrong[sale]) honestSellerLost = true;
        if (ledger.free(before.buyer) != free + before.price) cheatedBuyerLost = true;
    }

    function finalise(uint256 x) external counted("finalise") {
        x = spread(x);
        uint64 sale = aSale(x, DataMarket.SaleState.Delivered, (x >> 16) & 7 == 0);
        require(!wrong[sale] || clock > saleOf(sale).until, "a cheated buyer is not content");
        vm.prank(caller(saleOf(sale).buyer, x >> 64));
        data.finalise(sale);
    }

    function refund(uint256 x) external counted("refund") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half to be delivered");
        uint64 sale = aSale(x, DataMarket.SaleState.Paid);
        vm.prank(caller(saleOf(sale).seller, x >> 64));
        data.refund(sale);
    }

    function rate(uint256 x) external counted("rate") {
        x = spread(x);
        uint64 sale = aSale(x, DataMarket.SaleState.Final);
        vm.prank(caller(saleOf(sale).buyer, x >> 64));
        data.rate(sale, uint8(x % 7));
    }

    function request(uint256 x) external counted("request") {
        x = spread(x);
        if (data.requestCount() >= WINDOW) {
            (, , DataMarket.RequestState state) = data.requests(first(data.requestCount()));
            require(state != DataMarket.RequestState.Open, "the window is full");
        }
        vm.prank(who(x >> 8));
        data.request(uint96((x >> 96) % 1e18), "brief");
    }

    function answer(uint256 x) external counted("answer") {
        x = spread(x);
        uint64 asset = aListed(x);
        uint64 id = aRequest(x >> 128);
        (, uint24 current, , , , ) = data.assets(asset);
        vm.prank(caller(data.ownerOf(asset), x >> 64));
        data.answer(id, asset, current, uint40(clock) + 30 days);
    }

    function accept(uint256 x) external counted("accept") {
        x = spread(x);
        require(roomForSale(), "the window is full");
        uint64 id = aRequest(x);
        (address account, , ) = data.requests(id);
        for (uint64 asset = first(data.assetCount()); asset <= data.assetCount(); ++asset) {
            (address seller, uint24 answered, ) = data.answers(id, asset);
            (, uint24 current, DataAssets.AssetState state, , , ) = data.assets(asset);
            if (answered != current || data.ownerOf(asset) != seller || seller == account) continue;
            if (state != DataAssets.AssetState.Listed) continue;
            vm.prank(caller(account, x >> 64));
            data.accept(id, asset, current, keyX, keyV);
            return;
        }
        revert("none");
    }

    function withdraw(uint256 x) external counted("withdraw") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most open");
        uint64 id = aRequest(x);
        (address account, , ) = data.requests(id);
        vm.prank(caller(account, x >> 64));
        data.withdraw(id);
    }
}

contract DataInvariants {
    DataHandler handler;

    function setUp() public {
        handler = new DataHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// One invariant, so that one campaign of calls serves them all.
    function invariant_bucketsFollowStatesAndNobodyHonestLoses() public view {
        DataMarket data = handler.data();
        uint256 sum;
        for (uint256 i; i < 4; ++i) sum += handler.ledger().free(handler.who(i));
        for (uint64 i = handler.first(data.saleCount()); i <= data.saleCount(); ++i) {
            DataMarket.Sale memory sale = handler.saleOf(i);
            bool open = sale.state == DataMarket.SaleState.Paid || sale.state == DataMarket.SaleState.Delivered;
            require(held(i) == (open ? sale.price : 0), "escrow");
            sum += held(i);
        }
        for (uint64 i = handler.first(data.requestCount()); i <= data.requestCount(); ++i) {
            (, uint96 bounty, DataMarket.RequestState state) = data.requests(i);
            require(held(data.requestBucket(i)) == (state == DataMarket.RequestState.Open ? bounty : 0), "bounty");
            sum += held(data.requestBucket(i));
        }
        for (uint64 i = 1; i <= data.assetCount(); ++i) {
            uint256 bonds = held(data.lotBucket(i));
            require(bonds == handler.lots(i) * data.LOT_BOND(), "bonds of lots");
            sum += bonds;
        }
        require(sum == handler.everything(), "conserved");
        require(!handler.movedBackwards(), "moved backwards");
        require(!handler.honestSellerLost(), "an honest seller lost a complaint");
        require(!handler.cheatedBuyerLost(), "a cheated buyer was not refunded");
    }

    function held(uint256 bucket) private view returns (uint256) {
        return handler.ledger().held(address(handler.data()), bucket);
    }

    /// A run in which a verb never succeeds proves nothing about it.
    function afterInvariant() public view {
        bytes32[14] memory verbs = [
            bytes32("create"),
            "publish",
            "list",
            "unlist",
            "transfer",
            "buy",
            "deliver",
            "complain",
            "finalise",
            "refund",
            "rate",
            "request",
            "answer",
            "accept"
        ];
        for (uint256 i; i < verbs.length; ++i)
            require(handler.succeeded(verbs[i]) > 0, string(abi.encodePacked("never succeeded: ", verbs[i])));
        require(handler.succeeded("withdraw") > 0, "never succeeded: withdraw");
    }
}
