// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Training} from "../Training.sol";
import {TrainingWorld} from "./TrainingWorld.sol";
import {vm} from "./Vm.sol";

/// Drives training jobs with random calls of everyone, counts what succeeds, and watches that states only move forward.
contract TrainingHandler is TrainingWorld {
    uint256 public clock = 1_000_000;
    uint256 public height = 1000;
    mapping(bytes32 verb => uint256) public succeeded;
    mapping(uint256 job => uint256) public seenDone;
    mapping(uint256 job => bool) public seenEnd;
    bool public movedBackwards;
    uint256 public immutable everything;
    uint64 private constant WINDOW = 10;

    constructor() {
        everything = ledger.total();
    }

    /// Jobs before this one have ended: none is opened while the one that would leave the window has not.
    function first() public view returns (uint256) {
        uint256 count = training.jobCount();
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
        for (uint256 i = first(); i <= training.jobCount(); ++i) {
            Training.Job memory j = getJob(i);
            if (j.done < seenDone[i] || (seenEnd[i] && j.state < Training.State.Passed)) movedBackwards = true;
            seenDone[i] = j.done;
            seenEnd[i] = j.state >= Training.State.Passed;
        }
    }

    /// One call in eight comes from somebody else and must fail, or change nothing it should not.
    function caller(address rightful, uint256 seed) private view returns (address) {
        return seed % 8 == 7 ? who(seed >> 8) : rightful;
    }

    /// A job in a state, of the last few.
    function aJob(uint256 x, Training.State state) private view returns (uint64 id) {
        uint256 from = first();
        uint256 size = training.jobCount() + 1 - from;
        for (uint256 i; i < size; ++i) {
            id = uint64(from + (((x % size) + i) % size));
            if (getJob(id).state == state) return id;
        }
        revert("none");
    }

    function tick(uint256 secs, uint256 blocks) external {
        clock += secs % 3000;
        height += blocks % 40;
    }

    function open(uint256 x) external counted("open") {
        x = spread(x);
        require(training.jobCount() < WINDOW || getJob(first()).state >= Training.State.Passed, "the window is full");
        vm.prank(who(x >> 8));
        training.open(
            1 + uint64(x % 4),
            uint96(1 + ((x >> 96) % 1e18)),
            uint16(1 + ((x >> 200) % 4)),
            uint40(60 days + ((x >> 32) % 200 days)),
            bytes32(x)
        );
    }

    function cancel(uint256 x) external counted("cancel") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most jobs open");
        uint64 id = aJob(x, Training.State.Open);
        vm.prank(caller(getJob(id).customer, x >> 64));
        training.cancel(id);
    }

    function accept(uint256 x) external counted("accept") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Open);
        vm.prank(caller(who(getJob(id).machine - 1), x >> 64));
        training.accept(id);
    }

    function commit(uint256 x) external counted("commit") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Active);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.provider, x >> 64));
        training.commit(id, bytes32(x), j.checkpoints + 2 + (uint32(x >> 200) % 5));
    }

    function sample(uint256 x) external counted("sample") {
        training.sample(aJob(spread(x), Training.State.Committed));
    }

    function pass(uint256 x) external counted("pass") {
        x = spread(x);
        require(
            (x >> 16) & 1 == 0 || clock > getJob(aJob(x, Training.State.Sampled)).deadline,
            "leave half to be challenged"
        );
        uint64 id = aJob(x, Training.State.Sampled);
        vm.prank(caller(getJob(id).customer, x >> 64));
        training.pass(id);
    }

    function challenge(uint256 x) external counted("challenge") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Sampled);
        vm.prank(caller(getJob(id).customer, x >> 64));
        training.challenge(id, uint32(x % 3));
    }

    function defend(uint256 x) external counted("defend") {
        x = spread(x);
        require((x >> 16) & 3 != 0, "leave some undefended");
        uint64 id = aJob(x, Training.State.Challenged);
        vm.prank(caller(getJob(id).provider, x >> 64));
        training.defend(id);
    }

    function slash(uint256 x) external counted("slash") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Challenged);
        if ((x >> 16) & 1 == 0 && clock <= getJob(id).deadline) clock = uint256(getJob(id).deadline) + 1;
        vm.warp(clock);
        training.slash(id);
    }

    function draw(uint256 x) external counted("draw") {
        training.draw(aJob(spread(x), Training.State.Defended));
    }

    /// All jurors vote, reveal and are heard in one go; each is guilty, innocent or silent by chance.
    function rule(uint256 x) external counted("rule") {
        x = spread(x);
        require((x >> 16) & 1 == 0, "leave half of the juries voting");
        uint64 id = aJob(x, Training.State.Defended);
        Training.Job memory j = getJob(id);
        Training.Juror[] memory jury = training.jurors(id);
        require(jury.length > 0 || clock > j.deadline, "not drawn yet");
        if (clock <= j.deadline) {
            for (uint256 i; i < jury.length; ++i) {
                vm.prank(jury[i].account);
                training.vote(id, sealedVote(id, jury[i].account, (x >> i) & 1 == 1));
            }
            clock = uint256(j.deadline) + 1;
            vm.warp(clock);
            for (uint256 i; i < jury.length; ++i) {
                if ((x >> (32 + i)) & 3 == 0) continue;
                vm.prank(jury[i].account);
                training.reveal(id, (x >> i) & 1 == 1, "salt");
            }
        }
        clock = uint256(j.deadline) + training.VOTE() + 1;
        vm.warp(clock);
        training.rule(id);
    }

    function expire(uint256 x) external counted("expire") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most running");
        uint64 id = aJob(x, Training.State.Active);
        vm.prank(caller(getJob(id).provider, x >> 64));
        training.expire(id);
    }

    function leave(uint256 x) external counted("leave") {
        x = spread(x);
        // Half: of fewer, a run of calls now and then sees none succeed.
        require((x >> 16) & 1 == 0, "leave half running");
        uint64 id = aJob(x, Training.State.Active);
        vm.prank(caller(getJob(id).customer, x >> 64));
        training.leave(id);
    }
}

contract TrainingInvariants {
    TrainingHandler handler;

    function setUp() public {
        handler = new TrainingHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// One invariant, so that one campaign of calls serves them all.
    function invariant_bucketsFollowStatesAndNoCoinIsMadeOrLost() public view {
        uint256 sum;
        for (uint256 i; i < 4; ++i) sum += handler.ledger().free(handler.who(i)) + handler.market().STAKE();
        for (uint256 i = handler.first(); i <= handler.training().jobCount(); ++i) {
            Training.Job memory j = handler.getJob(i);
            bool running = j.state >= Training.State.Open && j.state < Training.State.Passed;
            bool staked = running && j.state != Training.State.Open;
            uint256 bonds =
                j.state == Training.State.Challenged
                    ? 1
                    : j.state == Training.State.Defended
                        ? 2
                        : 0;
            (uint256 escrow, uint256 stake, uint256 bond) = (
                held(i),
                held(handler.training().stakeBucket(i)),
                held(handler.training().bondBucket(i))
            );
            require(escrow == (running ? uint256(j.price) * (j.milestones - j.done) : 0), "escrow");
            require(stake == (staked ? uint256(j.price) * j.milestones : 0), "stake");
            require(bond == bonds * j.price, "bonds");
            sum += escrow + stake + bond;
        }
        require(sum == handler.everything(), "conserved");
        require(!handler.movedBackwards(), "moved backwards");
    }

    function held(uint256 bucket) private view returns (uint256) {
        return handler.ledger().held(address(handler.training()), bucket);
    }

    /// A run in which a verb never succeeds proves nothing about it.
    function afterInvariant() public view {
        bytes32[13] memory verbs = [
            bytes32("open"),
            "cancel",
            "accept",
            "commit",
            "sample",
            "pass",
            "challenge",
            "defend",
            "slash",
            "draw",
            "rule",
            "expire",
            "leave"
        ];
        for (uint256 i; i < verbs.length; ++i)
            require(handler.succeeded(verbs[i]) > 0, string(abi.encodePacked("never succeeded: ", verbs[i])));
    }
}
