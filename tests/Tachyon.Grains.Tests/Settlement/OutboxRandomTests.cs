using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using Tachyon.Chain;
using Tachyon.Grains.Durability;

namespace Tachyon.Grains.Tests.Settlement;

/// <summary>Several operations through any order of crashes, duplicate activations, re-organisations, rejected, lost and stuck transactions.</summary>
public sealed class OutboxRandomTests
{
    private const int FinalityDepth = 2;
    private static readonly BigInteger Gwei = 1_000_000_000;

    [Fact]
    public void WhateverHappens_EachOperationHasExactlyOneEffect_AndNoNonceTwoMeanings()
    {
        Gen<(int Kind, int Detail)> step = Gen.Zip(Gen.Choose(0, 15), Gen.Choose(0, 7)).Select(pair => (pair.Item1, pair.Item2));
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(300),
            Prop.ForAll(Gen.ArrayOf(step).Resize(60).ToArbitrary(), steps => Task.Run(() => Run(steps)).GetAwaiter().GetResult()));
    }

    private static async Task<bool> Run((int Kind, int Detail)[] steps)
    {
        using var bench = new OutboxBench(FinalityDepth);
        SettlementIntent[] intents = [await bench.NewConfirm(), await bench.NewConfirm(), await bench.NewConfirm(), await bench.NewConfirm()];
        bench.Chain.Mine(FinalityDepth);
        var run = new OneRun(bench, intents);
        foreach ((int kind, int detail) in steps)
        {
            await run.Step(kind, detail);
        }

        await run.Finish();
        foreach (SettlementIntent intent in intents)
        {
            Assert.Equal(1, await bench.Count<ChannelConfirmed>(intent.ChannelId));
        }

        Assert.Empty(bench.AmbiguousNonces);
        Assert.True(bench.Account.HighestFee <= 500 * Gwei, $"{bench.Account.HighestFee} wei were offered");
        return true;
    }

    private sealed class OneRun(OutboxBench bench, SettlementIntent[] intents)
    {
        private readonly OutboxBench.Activation?[] _activations = [null, null];
        private readonly HashSet<string> _taken = [];

        public async Task Step(int kind, int detail)
        {
            switch (kind)
            {
                case 0 or 1:
                    await Use(detail % 2, activation => Enqueue(activation, intents[detail / 2]));
                    break;
                case 2 or 3 or 4:
                    await Use(0, activation => activation.Round());
                    break;
                case 5:
                    await Use(1, activation => activation.Round());
                    break;
                case 6:
                    _activations[detail % 2] = null;
                    break;
                case 7:
                    bench.Pass(TimeSpan.FromSeconds(5));
                    break;
                case 8:
                    bench.Pass(TimeSpan.FromSeconds(70));
                    break;
                case 9:
                    bench.Chain.Reorganise(1 + (detail % FinalityDepth), dropTransactions: detail >= 4);
                    break;
                case 10:
                    bench.Chain.BaseFee = new BigInteger[] { 1, 2, 5, 1_000 }[detail % 4] * Gwei;
                    break;
                case 11:
                    bench.Chain.Faults.LoseSends(detail % 2);
                    bench.Chain.Faults.DropSendReplies(detail / 2);
                    break;
                case 12:
                    bench.Chain.Faults.FailRequests(1 + detail);
                    break;
                case 13:
                    bench.Storage.FailAt(1 + detail, afterwards: detail % 2 == 0);
                    break;
                case 14:
                    bench.Chain.Faults.RejectedCalls = detail < 4 ? call => call is ChainCall.ConfirmFor confirm && confirm.Terms == intents[detail].Terms : null;
                    break;
                default:
                    bench.Chain.Automine = detail % 2 == 0;
                    break;
            }
        }

        public async Task Finish()
        {
            bench.Chain.Faults.RejectedCalls = null;
            bench.Chain.Faults.LoseSends(0);
            bench.Chain.Faults.DropSendReplies(0);
            bench.Chain.Faults.FailRequests(0);
            bench.Storage.FailAt(0);
            bench.Chain.BaseFee = Gwei;
            _activations[1] = null;
            for (int round = 0; round < 200; round++)
            {
                await Use(0, async activation =>
                {
                    foreach (SettlementIntent intent in intents.Where(intent => !_taken.Contains(intent.OperationId)))
                    {
                        await Enqueue(activation, intent);
                    }

                    await activation.Round();
                });
                bench.Pass(TimeSpan.FromSeconds(40));
                if (_activations[0] is { IsOver: false } alive
                    && intents.All(intent => alive.Outbox.Find(intent.OperationId) is { State: IntentState.Succeeded or IntentState.Refused }))
                {
                    return;
                }
            }

            string states = string.Join(", ", _activations[0]!.Outbox.View().Intents.Select(intent => $"{intent.OperationId[..12]} {intent.State} {intent.Nonce} {intent.Waits}"));
            throw new TimeoutException($"The operations did not end: {states}; {_activations[0]!.Outbox.LastError}");
        }

        private async Task Enqueue(OutboxBench.Activation activation, SettlementIntent intent)
        {
            if (await activation.Outbox.EnqueueAsync(intent) is not null)
            {
                _taken.Add(intent.OperationId);
            }
        }

        private async Task Use(int which, Func<OutboxBench.Activation, Task> use)
        {
            try
            {
                if (_activations[which] is null or { IsOver: true })
                {
                    _activations[which] = await bench.Activate();
                }

                await use(_activations[which]!);
            }
            catch (Exception fault) when (fault is StorageFaultException or IOException or Orleans.Storage.InconsistentStateException)
            {
                _activations[which] = null;
            }
        }
    }
}
