// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Jury} from "../Jury.sol";
import {Training} from "../Training.sol";
import {TrainingWorld} from "./TrainingWorld.sol";
import {vm} from "./Vm.sol";

/// Drives training jobs and their juries with random calls of everyone: machines come and go, beacons lapse, jurors
/// vote, abstain and stay away. Counts what succeeds, keeps a ledger of its own of what everyone should have, and
/// watches that states only move forward.
contract TrainingHandler is TrainingWorld {
    uint256 public clock = 1_000_000;
    uint256 public height = 5000;
    mapping(bytes32 verb => uint256) public succeeded;
    mapping(uint256 job => uint256) public seenDone;
    mapping(uint256 job => bool) public seenEnd;
    mapping(uint256 id => uint256) public seenRound;
    mapping(address account => uint256) public owned;
    bool public movedBackwards;
    uint256 public immutable everything;
    uint64 private constant WINDOW = 10;
    uint64 public constant MACHINES = 16;

    constructor() {
        everything = ledger.total();
        for (uint64 i = 4; i < MACHINES; ++i) {
            vm.prank(who(i));
            market.addMachine("spec", "peer");
        }
        for (uint256 i; i < 4; ++i) owned[who(i)] = ledger.free(who(i));
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
            Jury.Case memory c = jury.getCase(j.dispute);
            uint256 at = uint256(c.round) * 8 + uint256(c.state);
            if (at < seenRound[j.dispute]) movedBackwards = true;
            seenRound[j.dispute] = at;
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

    /// The case of a defended job, in a state.
    function aCase(uint256 x, Jury.CaseState state) private view returns (uint64 id) {
        uint256 from = first();
        uint256 size = training.jobCount() + 1 - from;
        for (uint256 i; i < size; ++i) {
            Training.Job memory j = getJob(from + (((x % size) + i) % size));
            if (j.state == Training.State.Defended && jury.getCase(j.dispute).state == state) return j.dispute;
        }
        revert("none");
    }

    function aSeat(uint256 x, uint64 id, Jury.SeatState state) private view returns (uint64) {
        Jury.Seat[] memory seats = seatsOf(id);
        for (uint256 i; i < seats.length; ++i) {
            Jury.Seat memory seat = seats[((x % seats.length) + i) % seats.length];
            if (seat.state == state) return seat.machine;
        }
        revert("none");
    }

    function lapse(uint256 beacon) private {
        if (height <= beacon + 8191) height = beacon + 8192;
        vm.roll(height);
    }

    function tick(uint256 secs, uint256 blocks) external {
        secs = spread(secs);
        clock += secs % 3000;
        if (secs >> 250 == 0) clock += 1 days;
        height += spread(blocks) % 40;
    }

    function open(uint256 x) external counted("open") {
        x = spread(x);
        require(training.jobCount() < WINDOW || getJob(first()).state >= Training.State.Passed, "the window is full");
        address customer = who(x >> 8);
        uint96 price = uint96(1 + ((x >> 96) % 1e18));
        uint16 milestones = uint16(1 + ((x >> 200) % 4));
        vm.prank(customer);
        training.open(1 + uint64(x % 4), price, milestones, uint40(60 days + ((x >> 32) % 200 days)), bytes32(x));
        owned[customer] -= uint256(price) * milestones;
    }

    function cancel(uint256 x) external counted("cancel") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most jobs open");
        uint64 id = aJob(x, Training.State.Open);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.customer, x >> 64));
        training.cancel(id);
        owned[j.customer] += uint256(j.price) * j.milestones;
    }

    function accept(uint256 x) external counted("accept") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Open);
        address provider = who(getJob(id).machine - 1);
        vm.prank(caller(provider, x >> 64));
        training.accept(id);
        owned[provider] -= uint256(getJob(id).price) * getJob(id).milestones;
    }

    function commit(uint256 x) external counted("commit") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Active);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.provider, x >> 64));
        training.commit(id, bytes32(x), j.checkpoints + 2 + (uint32(x >> 200) % 5));
    }

    function sample(uint256 x) external counted("sample") {
        x = spread(x);
        require((x >> 16) & 3 != 0, "let some lapse");
        training.sample(aJob(x, Training.State.Committed));
    }

    function pass(uint256 x) external counted("pass") {
        x = spread(x);
        require((x >> 16) & 7 == 0, "leave most to be challenged");
        uint64 id = aJob(x, Training.State.Sampled);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.customer, x >> 64));
        training.pass(id);
        paid(j);
    }

    function challenge(uint256 x) external counted("challenge") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Sampled);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.customer, x >> 64));
        training.challenge(id, uint32(x % 3));
        owned[j.customer] -= training.bondOf(j.price);
    }

    function defend(uint256 x) external counted("defend") {
        x = spread(x);
        require((x >> 16) & 3 != 0, "leave some undefended");
        uint64 id = aJob(x, Training.State.Challenged);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.provider, x >> 64));
        training.defend(id);
        owned[j.provider] -= training.bondOf(j.price);
    }

    function slash(uint256 x) external counted("slash") {
        x = spread(x);
        uint64 id = aJob(x, Training.State.Challenged);
        Training.Job memory j = getJob(id);
        if ((x >> 16) & 3 == 0 && clock <= j.deadline) clock = uint256(j.deadline) + 1;
        vm.warp(clock);
        training.slash(id);
        owned[j.customer] += training.bondOf(j.price);
        slashed(j);
    }

    function expire(uint256 x) external counted("expire") {
        x = spread(x);
        bool lapsed = (x >> 20) & 1 == 0;
        require(lapsed || (x >> 16) & 3 == 0, "leave most running");
        uint64 id = aJob(x, lapsed ? Training.State.Committed : Training.State.Active);
        Training.Job memory j = getJob(id);
        if (lapsed && (x >> 24) & 3 == 0) lapse(j.beaconBlock);
        vm.prank(caller(j.provider, x >> 64));
        training.expire(id);
        if (lapsed) succeeded["lapse"]++;
        owned[j.customer] += j.price;
        owned[j.provider] += uint256(j.price) * (j.milestones - 1);
        refunded(j);
    }

    function leave(uint256 x) external counted("leave") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "leave most running");
        uint64 id = aJob(x, Training.State.Active);
        Training.Job memory j = getJob(id);
        vm.prank(caller(j.customer, x >> 64));
        training.leave(id);
        owned[j.provider] += uint256(j.price) * j.milestones;
        refunded(j);
    }

    function rule(uint256 x) external counted("rule") {
        uint64 id = aJob(spread(x), Training.State.Defended);
        Training.Job memory j = getJob(id);
        bool open_ = jury.getCase(j.dispute).state != Jury.CaseState.Closed;
        (Jury.Case memory c, Jury.Seat[][3] memory seats) = settled(j.dispute);
        training.rule(id);
        if (open_) closed(j.dispute, c, seats);
        if (jury.getCase(j.dispute).guilty) slashed(j);
        else paid(j);
    }

    // The jury

    function enrol(uint256 x) external counted("enrol") {
        uint64 machine = 1 + uint64(spread(x) % MACHINES);
        vm.prank(caller(ownerOf(machine), x >> 64));
        jury.enrol(machine);
        owned[ownerOf(machine)] -= jury.STAKE();
    }

    function retire(uint256 x) external counted("retire") {
        x = spread(x);
        require((x >> 16) & 7 == 0, "leave most enrolled");
        uint64 machine = 1 + uint64(x % MACHINES);
        vm.prank(caller(ownerOf(machine), x >> 64));
        jury.retire(machine);
    }

    function release(uint256 x) external counted("release") {
        x = spread(x);
        uint64 machine = 1 + uint64(x % MACHINES);
        Jury.Juror memory it = juror(machine);
        if ((x >> 24) & 3 == 0 && it.retired != 0 && clock < it.retired + jury.UNBONDING())
            clock = it.retired + jury.UNBONDING();
        vm.warp(clock);
        vm.prank(caller(it.owner, x >> 64));
        jury.release(machine);
        owned[it.owner] += it.stake;
    }

    function draw(uint256 x) external counted("draw") {
        x = spread(x);
        require((x >> 16) & 7 != 0, "let some lapse");
        jury.draw(aCase(x, (x >> 24) & 1 == 0 ? Jury.CaseState.Called : Jury.CaseState.Voting));
    }

    function vote(uint256 x) external counted("vote") {
        x = spread(x);
        uint64 id = aCase(x, Jury.CaseState.Voting);
        uint64 machine = aSeat(x >> 8, id, Jury.SeatState.Drawn);
        bytes32 hidden = sealedVote(id, machine, says(id, machine));
        vm.prank(caller(ownerOf(machine), x >> 64));
        jury.vote(id, machine, hidden);
    }

    function abstain(uint256 x) external counted("abstain") {
        x = spread(x);
        require((x >> 16) & 3 == 0, "most can judge");
        uint64 id = aCase(x, Jury.CaseState.Voting);
        uint64 machine = aSeat(x >> 8, id, Jury.SeatState.Drawn);
        vm.prank(caller(ownerOf(machine), x >> 64));
        jury.abstain(id, machine);
    }

    function reveal(uint256 x) external counted("reveal") {
        x = spread(x);
        uint64 id = aCase(x, Jury.CaseState.Revealing);
        uint64 machine = aSeat(x >> 8, id, Jury.SeatState.Sealed);
        bool guilty = says(id, machine);
        require(uint256(keccak256(abi.encode(id, machine))) % 4 != 0, "some never reveal");
        vm.prank(caller(ownerOf(machine), x >> 64));
        jury.reveal(id, machine, guilty, "salt");
    }

    function ruleRound(uint256 x) external counted("ruleRound") {
        x = spread(x);
        uint64 id = aCase(x, Jury.CaseState.Revealing);
        uint256 deadline = roundOf(id).deadline;
        if ((x >> 16) & 1 == 0 && clock <= deadline) clock = deadline + 1;
        vm.warp(clock);
        jury.rule(id);
    }

    function appeal(uint256 x) external counted("appeal") {
        x = spread(x);
        uint64 id = aCase(x, Jury.CaseState.Ruled);
        Jury.Case memory c = jury.getCase(id);
        address loser = c.guilty ? c.accused : c.accuser;
        vm.prank(caller(loser, x >> 64));
        jury.appeal(id);
        owned[loser] -= uint256(c.bond) << (c.round + 1);
    }

    function close(uint256 x) external counted("close") {
        x = spread(x);
        uint64 id = aCase(x, (x >> 16) & 1 == 0 ? Jury.CaseState.Ruled : Jury.CaseState.Called);
        Jury.Round memory round = roundOf(id);
        bool called = jury.getCase(id).state == Jury.CaseState.Called;
        if ((x >> 24) & 7 == 0 && called) lapse(round.beaconBlock);
        if ((x >> 24) & 7 == 0 && !called && clock <= round.deadline) clock = uint256(round.deadline) + 1;
        vm.warp(clock);
        (Jury.Case memory c, Jury.Seat[][3] memory seats) = settled(id);
        jury.close(id);
        closed(id, c, seats);
    }

    /// How a machine sees a case: by chance, and always the same.
    function says(uint64 id, uint64 machine) private view returns (bool) {
        return uint256(keccak256(abi.encode(id, jury.getCase(id).round, machine))) % 3 != 0;
    }

    /// What a closing will be worked out from: the case, its seats, and nothing of what the contract computes.
    function settled(uint64 id) private view returns (Jury.Case memory c, Jury.Seat[][3] memory seats) {
        c = jury.getCase(id);
        for (uint256 r; r <= c.round; ++r) (, seats[r]) = jury.getRound(id, r);
    }

    function closed(uint64 id, Jury.Case memory c, Jury.Seat[][3] memory seats) private {
        bool guilty = jury.getCase(id).guilty;
        (address winner, uint256 lost) = guilty ? (c.accuser, c.accusedBonds) : (c.accused, c.accuserBonds);
        uint256 right;
        for (uint256 r; r < 3; ++r)
            for (uint256 i; i < seats[r].length; ++i)
                if (seats[r][i].state == (guilty ? Jury.SeatState.Guilty : Jury.SeatState.Innocent)) right++;
        uint256 fee = right == 0 ? 0 : lost / 2 / right;
        for (uint256 r; r < 3; ++r)
            for (uint256 i; i < seats[r].length; ++i)
                if (seats[r][i].state == (guilty ? Jury.SeatState.Guilty : Jury.SeatState.Innocent))
                    owned[ownerOf(seats[r][i].machine)] += fee;
        owned[winner] += uint256(c.accusedBonds) + c.accuserBonds - fee * right;
    }

    function paid(Training.Job memory j) private {
        owned[j.provider] += j.price;
        if (j.done + 1 == j.milestones) owned[j.provider] += uint256(j.price) * j.milestones;
    }

    function slashed(Training.Job memory j) private {
        owned[j.customer] += uint256(j.price) * j.milestones;
        refunded(j);
    }

    function refunded(Training.Job memory j) private {
        owned[j.customer] += uint256(j.price) * (j.milestones - j.done);
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

    /// One invariant, so that one campaign of calls serves them all. A job that is judged takes many calls.
    /// hardhat-config: default.invariant.runs = 6
    /// hardhat-config: default.invariant.depth = 6000
    /// hardhat-config: long.invariant.runs = 20
    /// hardhat-config: long.invariant.depth = 6000
    function invariant_everyoneHasWhatIsDueAndBucketsFollowStates() public view {
        uint256 sum;
        for (uint256 i; i < 4; ++i) {
            address account = handler.who(i);
            require(handler.ledger().free(account) == handler.owned(account), "what is due");
            sum += handler.ledger().free(account);
        }
        for (uint256 i = handler.first(); i <= handler.training().jobCount(); ++i) sum += bucketsOf(i);
        uint256 enrolled;
        for (uint64 i = 1; i <= handler.MACHINES(); ++i) {
            Jury.Juror memory it = handler.juror(i);
            uint256 stake = handler.ledger().held(address(handler.jury()), handler.jury().stakeBucket(i));
            require(stake == it.stake, "a juror's stake");
            if (it.owner != address(0) && it.retired == 0) enrolled++;
            sum += stake + handler.market().STAKE();
        }
        require(enrolled == handler.jury().enrolledCount(), "in the draw");
        require(sum + handler.ledger().free(address(handler.jury())) == handler.everything(), "conserved");
        require(!handler.movedBackwards(), "moved backwards");
    }

    function bucketsOf(uint256 i) private view returns (uint256) {
        Training.Job memory j = handler.getJob(i);
        Jury.Case memory c = handler.jury().getCase(j.dispute);
        bool running = j.state >= Training.State.Open && j.state < Training.State.Passed;
        uint256 escrow = running ? uint256(j.price) * (j.milestones - j.done) : 0;
        uint256 stake = running && j.state != Training.State.Open ? uint256(j.price) * j.milestones : 0;
        uint256 bond = j.state == Training.State.Challenged ? handler.training().bondOf(j.price) : 0;
        bool judged = j.state == Training.State.Defended && c.state != Jury.CaseState.Closed;
        uint256 bonds = judged ? uint256(c.accuserBonds) + c.accusedBonds : 0;
        require(held(address(handler.training()), i) == escrow, "escrow");
        require(held(address(handler.training()), handler.training().stakeBucket(i)) == stake, "stake");
        require(held(address(handler.training()), handler.training().bondBucket(i)) == bond, "bond");
        require(held(address(handler.jury()), j.dispute) == bonds, "bonds");
        return escrow + stake + bond + bonds;
    }

    function held(address module, uint256 bucket) private view returns (uint256) {
        return handler.ledger().held(module, bucket);
    }

    /// A run in which a verb never succeeds proves nothing about it.
    function afterInvariant() public view {
        bytes32[23] memory verbs = [
            bytes32("open"),
            "cancel",
            "accept",
            "commit",
            "sample",
            "pass",
            "challenge",
            "defend",
            "slash",
            "rule",
            "expire",
            "lapse",
            "leave",
            "enrol",
            "retire",
            "release",
            "draw",
            "vote",
            "abstain",
            "reveal",
            "ruleRound",
            "appeal",
            "close"
        ];
        for (uint256 i; i < verbs.length; ++i)
            require(handler.succeeded(verbs[i]) > 0, string(abi.encodePacked("never succeeded: ", verbs[i])));
    }
}
