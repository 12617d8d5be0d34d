using System.Globalization;
using Tachyon.Silo.Tests.Fixtures;
using Xunit.Abstractions;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>
/// The end of a lock whose route never began, or was used for less than was signed (docs/decisions/2026-11-22-locks-close-at-less.md), with the consumer's process killed at each message
/// of it, the proxy's silos at their writes, and both, while the pool opens or does not: a whole node against whole grains. The lock is settled once, at a
/// step that both sides signed and neither contradicted.
/// </summary>
public sealed class KilledLockTests(ITestOutputHelper output) : IAsyncLifetime
{
    // Of random runs: TACHYON_KILL_SEED repeats one.
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("TACHYON_KILL_SEED"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 20_261_123;

    private LockWorld _world = null!;

    public async Task InitializeAsync() => _world = await LockWorld.StartAsync();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Consumer_KilledAtEachMessageOfTheEnd_PaysOnceWhatThePoolTook(bool poolOpens, bool isUsed)
    {
        for (var message = 1; ; message++)
        {
            var (paid, kills) = await EndAsync(new Fate { ConsumerDiesAt = message, PoolOpensAt = poolOpens ? 0 : null, IsUsed = isUsed });
            Assert.Equal(poolOpens ? LockWorld.StepBytes : 0, paid);
            if (kills == 0)
            {
                output.WriteLine($"the end takes {message - 1} messages");
                Assert.True(message > 4, $"the consumer was killed at {message - 1} messages only");
                return;
            }
        }
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task ProxysSilos_KilledAtTheirWritesOfTheEnd_SignOneCount(bool isWritten, bool isUsed)
    {
        for (var write = 1; ; write++)
        {
            var (paid, kills) = await EndAsync(new Fate { SilosDieAt = write, IsWritten = isWritten, PoolOpensAt = isUsed ? 0 : null, IsUsed = isUsed });
            Assert.Equal(isUsed ? LockWorld.StepBytes : 0, paid);
            if (kills == 0 || write == 4)
            {
                output.WriteLine($"the silos died at {write - 1 + kills} writes");
                Assert.True(write > 2, "the silos were hardly killed");
                return;
            }
        }
    }

    [Fact]
    public async Task Both_KilledAtRandomPoints_WhileThePoolOpensOrNot_SettleOnceAtAStep()
    {
        var random = new Random(Seed);
        for (var run = 0; run < 4; run++)
        {
            var fate = new Fate
            {
                ConsumerDiesAt = random.Next(1, 7),
                SilosDieAt = random.Next(1, 5),
                IsWritten = random.Next(2) == 0,
                PoolOpensAt = random.Next(3) == 0 ? null : random.Next(0, 5),
            };
            output.WriteLine($"seed {Seed}, run {run}: {fate}");
            await EndAsync(fate);
        }
    }

    private async Task<(ulong PaidBytes, int Kills)> EndAsync(Fate fate)
    {
        var kills = 0;
        await using var closing = await _world.LockAsync();
        if (fate.PoolOpensAt == 0)
        {
            await closing.AcceptPoolAsync();
            await Eventually.TrueAsync(async () => await closing.PromisedBytesAsync() > 0, "the promise");
            if (fate.IsUsed)
            {
                await closing.UseAsync();
            }
        }
        else if (fate.PoolOpensAt is { } opensAt)
        {
            closing.AcceptPoolAt(opensAt);
        }

        var owner = closing.Owner();
        var silosDie = Never();
        try
        {
            await owner.StartAsync(closing.LockId);
            silosDie = fate.SilosDieAt is { } write ? _world.Cluster.Death.At(write, fate.IsWritten) : Never();
            if (fate.ConsumerDiesAt is { } message)
            {
                owner.Link.DieAt(message);
            }

            owner.Close(closing.LockId);
            while (true)
            {
                var settled = owner.SettledAsync(closing.LockId);
                var first = await Task.WhenAny(settled, silosDie);
                if (first == silosDie)
                {
                    kills++;
                    closing.Note("the silos die");
                    silosDie = Never();
                    owner.Link.Break();
                    await _world.Cluster.KillAllAsync();

                    // Whatever it connected to meanwhile went with them.
                    owner.Link.Break();
                    continue;
                }

                await settled;
                if (!owner.Link.Died.IsCompleted)
                {
                    break;
                }

                kills++;
                closing.Note("the consumer dies");
                closing.Kill(owner);
                await owner.DisposeAsync();
                owner = closing.Owner();
                await owner.StartAsync(closing.LockId);
                owner.Close(closing.LockId);
            }

            _world.Cluster.Death.Never();
            return (await closing.AssertSettledAsync(owner), kills);
        }
        catch (Exception fault)
        {
            throw new InvalidOperationException($"{fate}: {closing.Story}: {fault.Message}", fault);
        }
        finally
        {
            _world.Cluster.Death.Never();
            await owner.DisposeAsync();
        }
    }

    private static Task Never() => new TaskCompletionSource().Task;

    /// <summary>Who dies when, counted from when the lock's owner wants it closed.</summary>
    private sealed record Fate
    {
        /// <summary>The message at which the consumer's process dies, from 1; null for never.</summary>
        public int? ConsumerDiesAt { get; init; }

        /// <summary>The write at which the silos' processes die, from 1; null for never.</summary>
        public int? SilosDieAt { get; init; }

        /// <summary>Whether that write is done.</summary>
        public bool IsWritten { get; init; }

        /// <summary>The message of the consumer's at which the exit accepts the pool; 0 for before the end, null for never.</summary>
        public int? PoolOpensAt { get; init; }

        /// <summary>Whether the route was used before the end, once the pool was open, for less than was signed.</summary>
        public bool IsUsed { get; init; }
    }
}
