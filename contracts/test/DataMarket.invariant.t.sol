// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {DataAssets} from "../DataAssets.sol";
import {DataMarket} from "../DataMarket.sol";
import {DataWorld} from "./DataWorld.sol";
import {vm} from "./Vm.sol";

/// Drives sales and requests with random calls of everyone, honest and not, counts what succeeds and keeps its own
/// books.
contract DataHandler is DataWorld {
    /// What a seller has delivered that is not what it promised: a key, or a right one for a version that is junk.
    enum Cheat {
        None,
        Key,
        Segment
    }

    uint256 public clock = 1_000_000;
    uint256 public height = 1000;
    mapping(bytes32 verb => uint256) public succeeded;
    mapping(uint256 sale => Delivery) private deliveries;
    mapping(uint256 sale => Cheat) private cheats;
    mapping(uint256 asset => mapping(uint24 version => bool)) private isJunk;
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
    bytes32 private immutable honest;
    bytes32 private immutable junk;

    constructor() {
        (honest, junk) = (node(leafOf(0, false), leafOf(1, false)), node(leafOf(0, true), leafOf(1, true)));
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

    /// A sale in a state, of the last few; where there is one, one in which the seller cheats as wanted.
    function aSale(uint256 x, DataMarket.SaleState state, Cheat cheat) private view returns (uint64 id) {
        for (id = first(data.saleCount()); id <= data.saleCount(); ++id)
            if (cheat == cheats[id] && saleOf(id).state == state) return id;
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

    /// Segment 0 or 1 of a version; of junk, the second is sealed with another key. The path is still to be filled in.
    function segmentOf(uint32 number, bool junked) private pure returns (DataMarket.Segment memory it) {
        it = segment(number);
        if (junked && number == 1) it.wrapped = ~it.wrapped;
        (it.lefts, it.path) = (number, new bytes32[](1));
    }

    function leafOf(uint32 number, bool junked) private pure returns (bytes32) {
        return leaf(segmentOf(number, junked));
    }

    /// Half of all versions is junk.
    function versionOf(uint256 x) private view returns (DataAssets.Version memory) {
        return version(KEY, uint32((x >> 200) & 1), takesJunk(x) ? junk : honest);
    }

    function takesJunk(uint256 x) private pure returns (bool) {
        return (x >> 210) & 1 == 0;
    }

    function openingOf(uint64 sale) private view returns (DataMarket.Opening memory) {
        DataMarket.Sale memory it = saleOf(sale);
        return opening(SECRET, deliveries[sale], isJunk[it.asset][it.version] ? junk : honest);
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
        uint64 asset = data.create(parent, uint16((x >> 128) % 2100), versionOf(x));
        isJunk[asset][1] = takesJunk(x);
        lots[asset] += (x >> 200) & 1;
    }

    function publish(uint256 x) external counted("publish") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most as they are");
        uint64 asset = anAsset(x);
        vm.prank(caller(data.ownerOf(asset), x >> 64));
        data.publish(asset, versionOf(x));
        (, uint24 current, , , , ) = data.assets(asset);
        isJunk[asset][current] = takesJunk(x);
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
        bool other = (x >> 16) % 3 == 0;
        Delivery memory it = seal(sale, other ? bytes32(x) : KEY, 1 + ((x >> 1) % 1000), SECRET);
        vm.prank(caller(saleOf(sale).seller, x >> 64));
        data.deliver(sale, it.x, it.v, it.wrapped);
        DataMarket.Sale memory about = saleOf(sale);
        deliveries[sale] = it;
        cheats[sale] =
            other
                ? Cheat.Key
                : isJunk[about.asset][about.version]
                    ? Cheat.Segment
                    : Cheat.None;
    }

    function complain(uint256 x) external counted("complain") {
        x = spread(x);
        uint64 sale = aSale(x, DataMarket.SaleState.Delivered, Cheat.Key);
        DataMarket.Sale memory before = saleOf(sale);
        uint256 free = ledger.free(before.buyer);
        DataMarket.Opening memory shown = openingOf(sale);
        vm.prank(caller(before.buyer, x >> 64));
        data.complain(sale, shown);
        if (cheats[sale] != Cheat.Key) honestSellerLost = true;
        if (ledger.free(before.buyer) != free + before.price) cheatedBuyerLost = true;
    }

    function complainSegment(uint256 x) external counted("complainSegment") {
        x = spread(x);
        // Most wrong keys are left to be complained about by themselves.
        Cheat wanted = (x >> 16) & 7 == 0 ? Cheat.Key : Cheat.Segment;
        uint64 sale = aSale(x, DataMarket.SaleState.Delivered, wanted);
        DataMarket.Sale memory before = saleOf(sale);
        require(clock <= before.until, "too late");
        require(cheats[sale] != Cheat.Key || wanted == Cheat.Key, "another cheat");
        (uint32 number, bool junked) = ((x >> 32) & 3 == 0 ? 0 : 1, isJunk[before.asset][before.version]);
        bool isCheated = cheats[sale] == Cheat.Key || (junked && number == 1);
        DataMarket.Segment memory about = segmentOf(number, junked);
        about.path[0] = leafOf(1 - number, junked);
        uint256 free = ledger.free(before.buyer);
        address by = caller(before.buyer, x >> 64);
        DataMarket.Opening memory shown = openingOf(sale);
        vm.prank(by);
        try data.complainSegment(sale, shown, about) {
            if (!isCheated) honestSellerLost = true;
            if (ledger.free(before.buyer) != free + before.price) cheatedBuyerLost = true;
            succeeded["segment refunded"]++;
        } catch {
            if (by != before.buyer) return;
            if (isCheated) cheatedBuyerLost = true;
            succeeded["segment kept"]++;
        }
    }

    function finalise(uint256 x) external counted("finalise") {
        x = spread(x);
        uint64 sale = aSale(x, DataMarket.SaleState.Delivered, (x >> 16) & 7 == 0 ? Cheat.Key : Cheat.None);
        require(cheats[sale] == Cheat.None || clock > saleOf(sale).until, "a cheated buyer is not content");
        vm.prank(caller(saleOf(sale).buyer, x >> 64));
        data.finalise(sale);
    }

    function refund(uint256 x) external counted("refund") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most to be delivered");
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
        bytes32[16] memory verbs = [
            bytes32("create"),
            "publish",
            "list",
            "unlist",
            "transfer",
            "buy",
            "deliver",
            "complain",
            "segment refunded",
            "segment kept",
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
