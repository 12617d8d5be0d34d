using System.Buffers.Binary;
using System.Numerics;

namespace Tachyon.Chain.Simulation;

/// <summary>
/// A settlement chain in memory, under the same rules as the real one and fed with the same bytes, whose time, blocks,
/// re-organisations and failures a test decides. Thread-safe.
/// </summary>
public sealed partial class SimulatedChain
{
    private const ulong GasPerCall = 80_000;

    private readonly Lock sync = new();
    private readonly SimulatedChainOptions options;
    private readonly ChainRules rules;
    private readonly List<SimulatedBlock> blocks = [];
    private readonly List<SimulatedTransaction> waiting = [];
    private readonly Dictionary<Bytes32, ChainReceipt> feigned = [];
    private ulong clockSeconds;
    private ulong blockSalt;

    /// <summary>A chain with one empty block and the contracts in place.</summary>
    public SimulatedChain(SimulatedChainOptions? options = null)
    {
        this.options = options ?? new SimulatedChainOptions();
        Deployment = new Deployment(
            this.options.ChainId, ContractAddress("token"), ContractAddress("channels"), ContractAddress("channels"), 0);
        Domain = Deployment.Domain;
        rules = new ChainRules(
            this.options.ConfirmTimeout,
            this.options.ChallengePeriod,
            TimeSpan.FromSeconds(ProtocolConstants.MaxValiditySeconds),
            TimeSpan.FromSeconds(ProtocolConstants.MaxAcceptanceSeconds),
            ProtocolConstants.MaxActiveChannels,
            ProtocolConstants.CheckpointBytes,
            ProtocolConstants.MaxCapacityBytes,
            (int)ProtocolConstants.LockPercent - 100,
            this.options.ProxyBond,
            this.options.LeavingDelay);
        clockSeconds = this.options.StartSeconds;
        blocks.Add(new SimulatedBlock(NextHeader(null), new SimulatedState(), [], []));
    }

    /// <summary>The chain's ways to fail.</summary>
    public SimulatedFaults Faults { get; } = new();

    /// <summary>Whether a transaction is mined as soon as it is sent. Default true.</summary>
    public bool Automine { get; set; } = true;

    /// <summary>What a unit of gas costs in wei; a transaction that caps its fee below waits. Default 1 gwei.</summary>
    public BigInteger BaseFee { get; set; } = 1_000_000_000;

    /// <summary>The chain's time, Unix seconds. The next block has it, or one more than the block before.</summary>
    public ulong NowSeconds
    {
        get
        {
            lock (sync)
            {
                return clockSeconds;
            }
        }
    }

    /// <summary>Gives an account tokens, and native currency for its gas.</summary>
    /// <param name="account">the account</param>
    /// <param name="tokens">added to what it has</param>
    /// <param name="wei">added to what it has; by default 100 units of the currency</param>
    public void Fund(Address account, TokenAmount tokens, BigInteger? wei = null)
    {
        lock (sync)
        {
            var newest = blocks[^1];
            var state = newest.After;
            blocks[^1] = newest with
            {
                After = state with
                {
                    Balances = state.Balances.SetItem(account, state.Balance(account) + tokens),
                    Gas = state.Gas.SetItem(
                        account, state.Gas.GetValueOrDefault(account) + (wei ?? 100 * BigInteger.Pow(10, 18))),
                },
            };
        }
    }

    /// <summary>Mines blocks: the first with whatever can be mined of what waits, the rest empty.</summary>
    public void Mine(int count = 1)
    {
        lock (sync)
        {
            for (var i = 0; i < count; i++)
            {
                MineOne();
            }
        }
    }

    /// <summary>Lets time pass and mines a block.</summary>
    public void AdvanceTime(TimeSpan time)
    {
        lock (sync)
        {
            clockSeconds += (ulong)time.TotalSeconds;
            MineOne();
        }
    }

    /// <summary>
    /// Replaces the newest blocks by as many others. Their transactions are mined again in the first of them, unless
    /// dropped; then nobody knows of them any more.
    /// </summary>
    public void Reorganise(int depth, bool dropTransactions = false)
    {
        lock (sync)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(depth);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(depth, blocks.Count);
            var replaced = blocks[^depth..];
            blocks.RemoveRange(blocks.Count - depth, depth);
            if (!dropTransactions)
            {
                waiting.InsertRange(0, replaced.SelectMany(b => b.Inclusions).Select(i => i.Transaction));
            }

            for (var i = 0; i < depth; i++)
            {
                MineOne();
            }
        }
    }

    private void MineOne()
    {
        var header = NextHeader(blocks[^1].Header);
        var state = blocks[^1].After;
        var events = new List<ChainEvent>();
        var inclusions = new List<SimulatedInclusion>();
        while (waiting.Find(t => t.Nonce == state.Nonces.GetValueOrDefault(t.Sender) && t.Fees.MaxFeePerGas >= BaseFee) is { } next)
        {
            waiting.Remove(next);
            var execution = SimulatedContracts.Execute(
                Deployment, rules, state, next.Sender, next.Call, header.TimestampSeconds);
            state = execution.State;
            foreach (var happened in execution.Events)
            {
                events.Add(happened(new LogPosition(header.Number, header.Hash, next.Hash, (uint)events.Count)));
            }

            var price = BigInteger.Min(next.Fees.MaxFeePerGas, BaseFee + next.Fees.MaxPriorityFeePerGas);
            var receipt = new ChainReceipt(
                next.Hash, execution.Refusal is null, header.Number, header.Hash, GasPerCall, price, null);
            state = state with
            {
                Nonces = state.Nonces.SetItem(next.Sender, next.Nonce + 1),
                Gas = state.Gas.SetItem(next.Sender, state.Gas.GetValueOrDefault(next.Sender) - receipt.GasCost),
            };
            inclusions.Add(new SimulatedInclusion(next, receipt, execution.Refusal));
        }

        // A nonce that is used up can never be mined.
        waiting.RemoveAll(t => t.Nonce < state.Nonces.GetValueOrDefault(t.Sender));
        blocks.Add(new SimulatedBlock(header, state, events, inclusions));
    }

    private ChainBlock NextHeader(ChainBlock? parent)
    {
        clockSeconds = parent is null ? clockSeconds : Math.Max(clockSeconds, parent.TimestampSeconds + 1);
        Span<byte> salt = stackalloc byte[sizeof(ulong)];
        // Counts blocks ever made, so that no two have the same hash, replaced ones included.
        BinaryPrimitives.WriteUInt64BigEndian(salt, ++blockSalt);
        return new ChainBlock(
            parent is null ? 0 : parent.Number + 1, Keccak256.Hash(salt), parent?.Hash ?? Bytes32.Zero, clockSeconds);
    }

    private static Address ContractAddress(string name)
        => Address.FromBytes(Keccak256.HashText("simulated " + name).ToArray().AsSpan(^Address.Length..));
}
