// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {Coin} from "../Coin.sol";
import {Ledger} from "../Ledger.sol";
import {World} from "./World.sol";
import {vm} from "./Vm.sol";

/// Takes one per cent of every transfer.
contract TollToken is ERC20("Toll", "TOLL") {
    constructor() {
        _mint(msg.sender, 1e24);
    }

    function _update(address from, address to, uint256 amount) internal override {
        uint256 toll = from == address(0) || to == address(0) ? 0 : amount / 100;
        super._update(from, to, amount - toll);
        if (toll > 0) super._update(from, address(0), toll);
    }
}

/// Calls back into the Ledger whenever it is told to move tokens.
contract CallbackToken is ERC20("Callback", "BACK") {
    Ledger public ledger;
    bytes public call;
    bool public reentered;

    constructor() {
        _mint(msg.sender, 1e24);
    }

    function arm(Ledger ledger_, bytes calldata call_) external {
        (ledger, call) = (ledger_, call_);
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (address(ledger) != address(0)) (reentered, ) = address(ledger).call(call);
    }
}

contract LedgerTest {
    World world;
    Ledger ledger;
    Coin coin;
    uint256 constant FUNDS = 1e23;

    function setUp() public {
        world = new World();
        ledger = world.ledger();
        coin = world.coin();
    }

    function test_depositThenWithdrawGivesTheSameTokensBack(uint96 amount) public {
        address account = world.who(0);
        uint256 wanted = uint256(amount) % FUNDS;
        uint256 before = coin.balanceOf(account);
        vm.prank(account);
        ledger.deposit(wanted);
        vm.prank(account);
        ledger.withdraw(wanted);
        require(coin.balanceOf(account) == before, "tokens");
        require(ledger.free(account) == FUNDS, "free");
        require(ledger.total() == 4 * FUNDS, "total");
    }

    function test_withdrawBeyondTheFreeBalanceReverts() public {
        address account = world.who(0);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughFree.selector, account, FUNDS, FUNDS + 1));
        vm.prank(account);
        ledger.withdraw(FUNDS + 1);
    }

    function test_onlyModulesMoveEntries() public {
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotModule.selector, address(this)));
        ledger.hold(address(this), 1, 0);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotModule.selector, address(this)));
        ledger.release(1, address(this), 0);
    }

    function test_onlyTheOwnerAddsModules() public {
        vm.expectRevert(abi.encodeWithSelector(Ownable.OwnableUnauthorizedAccount.selector, address(this)));
        ledger.addModule(address(this));
    }

    function test_aModuleCannotReleaseMoreThanItsBucket() public {
        Ledger own = new Ledger(coin);
        own.addModule(address(this));
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughHeld.selector, 7, 0, 1));
        own.release(7, address(this), 1);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughHeld.selector, 7, 0, 1));
        own.close(7, address(this), 1, address(this));
    }

    function test_closingABucketPaysOneAndGivesTheRestBack() public {
        Ledger own = new Ledger(coin);
        own.addModule(address(this));
        address payer = world.who(0);
        address payee = world.who(1);
        vm.prank(payer);
        coin.approve(address(own), 100);
        vm.prank(payer);
        own.deposit(100);
        own.hold(payer, 1, 100);
        own.close(1, payee, 30, payer);
        require(own.free(payee) == 30 && own.free(payer) == 70, "shares");
        require(own.held(address(this), 1) == 0 && own.total() == 100, "emptied");
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotModule.selector, payer));
        vm.prank(payer);
        own.close(1, payer, 0, payer);
    }

    function test_aBucketMayBeEmptiedToTheLastUnit() public {
        Ledger own = new Ledger(coin);
        own.addModule(address(this));
        address payer = world.who(0);
        vm.prank(payer);
        coin.approve(address(own), 100);
        vm.prank(payer);
        own.deposit(100);
        own.hold(payer, 1, 40);
        own.release(1, world.who(1), 40);
        own.hold(payer, 2, 60);
        own.close(2, world.who(1), 60, payer);
        require(own.free(world.who(1)) == 100 && own.free(payer) == 0, "all of it");
    }

    function test_oneModuleCannotTouchAnothersBucket() public {
        Ledger own = new Ledger(coin);
        own.addModule(address(this));
        own.addModule(address(0xbeef));
        vm.prank(world.who(0));
        coin.approve(address(own), 100);
        vm.prank(world.who(0));
        own.deposit(100);
        own.hold(world.who(0), 1, 100);
        vm.expectRevert(abi.encodeWithSelector(Ledger.NotEnoughHeld.selector, 1, 0, 100));
        vm.prank(address(0xbeef));
        own.release(1, address(0xbeef), 100);
        own.release(1, world.who(1), 60);
        require(own.free(world.who(1)) == 60 && own.held(address(this), 1) == 40 && own.total() == 100, "entries");
    }

    function test_aTokenWithATollIsCreditedWithWhatArrived() public {
        TollToken token = new TollToken();
        Ledger own = new Ledger(token);
        token.approve(address(own), 1000);
        own.deposit(1000);
        require(own.free(address(this)) == 990 && own.total() == 990, "credited");
        require(token.balanceOf(address(own)) == 990, "backed");
    }

    function test_aTokenThatCallsBackCannotWithdrawTwice() public {
        CallbackToken token = new CallbackToken();
        Ledger own = new Ledger(token);
        token.approve(address(own), 1000);
        own.deposit(1000);
        token.arm(own, abi.encodeCall(Ledger.withdraw, (0)));
        own.withdraw(400);
        require(!token.reentered(), "re-entered");
        require(own.free(address(this)) == 600 && token.balanceOf(address(own)) == 600, "entries");
    }

    function test_aTokenThatCallsBackCannotDepositTwice() public {
        CallbackToken token = new CallbackToken();
        Ledger own = new Ledger(token);
        token.approve(address(own), 1000);
        token.arm(own, abi.encodeCall(Ledger.deposit, (0)));
        own.deposit(1000);
        require(!token.reentered(), "re-entered");
        require(own.free(address(this)) == 1000, "entries");
    }

    function test_depositWithPermitNeedsNoApproval() public {
        uint256 key = 77;
        address account = vm.addr(key);
        vm.prank(world.who(0));
        require(coin.transfer(account, 500));
        bytes32 body = keccak256(
            abi.encode(
                keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"),
                account,
                address(ledger),
                500,
                0,
                block.timestamp
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            key,
            keccak256(abi.encodePacked("\x19\x01", coin.DOMAIN_SEPARATOR(), body))
        );
        // Somebody takes the permit out of the pool and uses it first: the deposit still goes through.
        coin.permit(account, address(ledger), 500, block.timestamp, v, r, s);
        vm.prank(account);
        ledger.depositWithPermit(500, block.timestamp, v, r, s);
        require(ledger.free(account) == 500, "free");
    }
}
