using System.Globalization;
using Tachyon.Chain;
using Tachyon.Chain.Ethereum;
using Tachyon.Testing.Chain;

namespace Tachyon.Silo.Tests.Crashes;

/// <summary>kill -9 of the real program at random moments: what it acknowledged is there, and what it was asked for happens once.</summary>
/// <remarks>TACHYON_CRASHES and TACHYON_CRASH_SEED set how often it is killed, and when; by default 4 times, with seed 1.</remarks>
public sealed class KilledSiloTests : IClassFixture<ContractsFixture>
{
    private readonly ContractsFixture _contracts;
    private readonly int _crashes = Setting("TACHYON_CRASHES", 4);
    private readonly int _seed = Setting("TACHYON_CRASH_SEED", 1);

    public KilledSiloTests(ContractsFixture contracts) => _contracts = contracts;

    [Fact]
    public async Task Silo_KilledAtRandomMoments_KeepsWhatItAcknowledged_AndDoesEverythingOnce()
    {
        var random = new Random(_seed);
        using var chain = await _contracts.ConnectAsync();
        using var silo = await SiloProcess.CreateAsync(_contracts);
        using var driver = new CrashDriver(silo, _contracts, chain);
        await driver.OpenAsync();
        using var stop = new CancellationTokenSource();
        var run = driver.RunAsync(stop.Token);
        for (var life = 0; life < _crashes; life++)
        {
            var before = driver.Acknowledged.Values.Sum(bytes => (decimal)bytes);
            await silo.StartAsync();
            await Eventually.TrueAsync(
                () => driver.Acknowledged.Values.Sum(bytes => (decimal)bytes) > before, $"life {life} of the silo to acknowledge something; it said: {silo.Said()}");
            await Task.Delay(random.Next(1_000));
            await silo.KillAsync();
        }

        // The last life has to do what the others left undone.
        await silo.StartAsync();
        await Eventually.TrueAsync(
            () => driver.Terms.All(terms => driver.Acknowledged.ContainsKey(terms.ChannelId(chain.Domain))), "units of every channel to be taken");

        // A nonce that a killed silo left unused is filled only after the outbox has waited a minute for it.
        await Eventually.TrueAsync(
            async () => await chain.CountActiveChannelsAsync(driver.Terms[0].Provider, ReadAt.Latest) == driver.Terms.Count,
            "every channel to be active on chain",
            TimeSpan.FromMinutes(3));
        await stop.CancelAsync();
        await run;

        foreach (var (channel, bytesUsed) in driver.Acknowledged)
        {
            var view = await driver.ViewAsync(channel);
            Assert.True(view.Units?.ConsumerUnit?.Unit.BytesUsed >= bytesUsed, $"{channel}: acknowledged {bytesUsed}, kept {view.Units}");
            Assert.True(view.Units?.ProviderUnit?.Unit.BytesUsed >= bytesUsed, $"{channel}: acknowledged {bytesUsed}, kept {view.Units}");
        }

        await ConfirmedOnceEachAsync(chain, driver);
        await WatchtowerOfADeadSiloAsync(chain, silo, driver);
    }

    /// <summary>No nonce of the operator went to anything but one confirm each: a repeated one would have been mined and have failed.</summary>
    private static async Task ConfirmedOnceEachAsync(EthereumChain chain, CrashDriver driver)
    {
        var newest = await chain.GetBlockAsync(ReadAt.Latest);
        var confirmed = (await chain.GetEventsAsync(chain.Deployment.DeployedAtBlock, newest.Number)).OfType<ChannelConfirmed>().ToArray();
        Assert.Equal(
            driver.Terms.Select(terms => terms.ChannelId(chain.Domain)).Order(),
            confirmed.Select(happened => happened.Channel).Order());
    }

    private static async Task WatchtowerOfADeadSiloAsync(EthereumChain chain, SiloProcess silo, CrashDriver driver)
    {
        var used = await chain.GetNonceAsync(silo.Account, NonceScope.Mined);
        Assert.Equal((ulong)driver.Terms.Count, used);
        await silo.KillAsync();
        var terms = driver.Terms[0];
        var channel = terms.ChannelId(chain.Domain);
        await driver.CloseAloneAsync(terms);

        await silo.StartAsync();

        await Eventually.TrueAsync(
            async () => (await chain.GetChannelAsync(channel, ReadAt.Latest)).ConsumerBytes >= driver.Acknowledged[channel],
            $"the challenge; the silo said: {silo.Said()}");
        Assert.Equal(used + 1, await chain.GetNonceAsync(silo.Account, NonceScope.Mined));
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
