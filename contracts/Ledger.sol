// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Ownable2Step, Ownable} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";

/// @title The only contract that holds tokens
/// @notice Modules (the market and its kin) move entries between free balances and buckets of their own;
///         tokens enter and leave by `deposit` and `withdraw` alone.
/// @dev Accounting never reads `balanceOf` except as a difference on deposit, so donated or
///      fee-on-transfer tokens cannot make an entry that is not backed.
contract Ledger is Ownable2Step, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    IERC20 public immutable token;
    /// @notice Sum of all free balances and all buckets.
    uint256 public total;
    mapping(address account => uint256) public free;
    mapping(address module => mapping(uint256 id => uint256)) public held;
    mapping(address => bool) public isModule;

    event ModuleAdded(address indexed module);
    event Deposited(address indexed account, uint256 amount);
    event Withdrawn(address indexed account, uint256 amount);
    event Held(address indexed module, uint256 indexed id, address indexed account, uint256 amount);
    event Released(address indexed module, uint256 indexed id, address indexed account, uint256 amount);
    event Closed(
        address indexed module,
        uint256 indexed id,
        address payee,
        uint256 paid,
        address payer,
        uint256 refunded
    );

    error NotModule(address caller);
    error NotEnoughFree(address account, uint256 free, uint256 wanted);
    error NotEnoughHeld(uint256 id, uint256 held, uint256 wanted);

    constructor(IERC20 token_) Ownable(msg.sender) {
        token = token_;
    }

    modifier onlyModule() {
        if (!isModule[msg.sender]) revert NotModule(msg.sender);
        _;
    }

    /// @notice Lets a contract move entries. Only the owner; give the ownership up to freeze the set of modules.
    function addModule(address module) external onlyOwner {
        isModule[module] = true;
        emit ModuleAdded(module);
    }

    /// @notice Moves tokens of the caller into its free balance. The amount that really arrived counts.
    function deposit(uint256 amount) external {
        _deposit(amount);
    }

    /// @notice `deposit` without an earlier `approve`. A permit that somebody else has already used is no obstacle.
    function depositWithPermit(uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        try IERC20Permit(address(token)).permit(msg.sender, address(this), amount, deadline, v, r, s) {} catch {}
        _deposit(amount);
    }

    /// @notice Pays out from the caller's free balance.
    function withdraw(uint256 amount) external nonReentrant {
        _takeFree(msg.sender, amount);
        total -= amount;
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @notice Moves `amount` from an account's free balance into the calling module's bucket `id`.
    function hold(address from, uint256 id, uint256 amount) external onlyModule {
        _takeFree(from, amount);
        held[msg.sender][id] += amount;
        emit Held(msg.sender, id, from, amount);
    }

    /// @notice Moves `amount` from the calling module's bucket `id` to an account's free balance.
    function release(uint256 id, address to, uint256 amount) external onlyModule {
        uint256 bucket = held[msg.sender][id];
        if (bucket < amount) revert NotEnoughHeld(id, bucket, amount);
        held[msg.sender][id] = bucket - amount;
        free[to] += amount;
        emit Released(msg.sender, id, to, amount);
    }

    /// @notice Empties the calling module's bucket `id`: `paid` of it to the payee, what is left back to the payer.
    function close(uint256 id, address payee, uint256 paid, address payer) external onlyModule {
        uint256 bucket = held[msg.sender][id];
        if (bucket < paid) revert NotEnoughHeld(id, bucket, paid);
        uint256 refunded = bucket - paid;
        delete held[msg.sender][id];
        if (paid > 0) free[payee] += paid;
        if (refunded > 0) free[payer] += refunded;
        emit Closed(msg.sender, id, payee, paid, payer, refunded);
    }

    function _deposit(uint256 amount) private nonReentrant {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 arrived = token.balanceOf(address(this)) - before;
        free[msg.sender] += arrived;
        total += arrived;
        emit Deposited(msg.sender, arrived);
    }

    function _takeFree(address from, uint256 amount) private {
        uint256 balance = free[from];
        if (balance < amount) revert NotEnoughFree(from, balance, amount);
        free[from] = balance - amount;
    }
}
