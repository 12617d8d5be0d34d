using System.Text.Json;
using System.Text.Json.Nodes;
using Tachyon.EdgeTunnel.Cli;
using Tachyon.EdgeTunnel.Journal;
using Tachyon.EdgeTunnel.Node;
using Tachyon.EdgeTunnel.Tests.Journal;
using Tachyon.Protocol.Sessions;

namespace Tachyon.EdgeTunnel.Tests.Cli;

/// <summary><c>channels export</c>, <c>verify</c> and <c>usage</c>, on a journal that no node runs on.</summary>
public sealed class EvidenceCommandTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public EvidenceCommandTests() => File.WriteAllText(_directory.Combine("deployment.json"), $$"""
        { "chainId": 31337, "token": "0x00000000000000000000000000000000000000aa",
          "paymentChannels": "{{TestChannels.Domain.VerifyingContract}}",
          "proxyRegistry": "{{TestChannels.Domain.VerifyingContract}}", "deployedAtBlock": 0 }
        """);

    private string Data => _directory.Combine("data");

    private string RecordPath => _directory.Combine("record.json");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(SessionRole.Consumer)]
    [InlineData(SessionRole.Provider)]
    internal async Task ExportAndVerify_EitherSidesJournal_ProveTheSameCountsAndDebts(SessionRole role)
    {
        await UseAsync(role, 12_000_000);

        var export = await ExportAsync("--json");
        Assert.Equal(Path.GetFullPath(RecordPath), JsonNode.Parse(export.Output)!["file"]!.GetValue<string>());
        var verify = await CommandRun.OfAsync("verify", RecordPath);
        var json = await CommandRun.OfAsync("verify", RecordPath, "--json");

        Assert.Equal((ExitCode.Success, ExitCode.Success, ExitCode.Success), (export.Code, verify.Code, json.Code));
        Assert.Contains("0.012 IPX to provider", verify.Output, StringComparison.Ordinal);
        Assert.Contains("nothing in this record is wrong", verify.Output, StringComparison.Ordinal);
        using var verdict = JsonDocument.Parse(json.Output);
        Assert.True(verdict.RootElement.GetProperty("valid").GetBoolean());
        Assert.Equal(12_000_000, verdict.RootElement.GetProperty("consumerBytes").GetInt64());
        Assert.DoesNotContain(verdict.RootElement.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("level").GetString() != "right");
    }

    [Theory]
    [InlineData(SessionRole.Consumer)]
    [InlineData(SessionRole.Provider)]
    internal async Task Export_WhileANodeRuns_HoldsWhatItSignedThisMoment(SessionRole role)
    {
        var data = new DataDirectory(Data);
        data.Create();
        using var held = DataDirectoryLock.Acquire(data);
        await using var journal = EdgeJournal.Open(data.JournalPath);
        await journal.Channels.SaveAsync(TestChannels.Record(role: role));
        using var stalled = new StalledTables(data.JournalPath);
        var exchange = new UnitExchange(journal, role, TestChannels.Terms(), TestChannels.Domain, TestChannels.Consumer, TestChannels.Provider);
        await exchange.MoveAsync(6_000_000);

        Assert.Equal(ExitCode.Success, (await ExportAsync()).Code);

        var record = JsonNode.Parse(await File.ReadAllTextAsync(RecordPath))!;
        Assert.Equal(exchange.ConsumerUnit.Unit.BytesUsed, record["consumerUnits"]!.AsArray()[^1]!["bytesUsed"]!.GetValue<ulong>());
        Assert.Equal(exchange.ProviderUnit.Unit.BytesUsed, record["providerUnits"]!.AsArray()[^1]!["bytesUsed"]!.GetValue<ulong>());
        Assert.Equal(ExitCode.Success, (await CommandRun.OfAsync("verify", RecordPath)).Code);
    }

    [Fact]
    public async Task Verify_ARecordWithOneByteMore_NamesTheLineAndEndsWithItsOwnCode()
    {
        await UseAsync(SessionRole.Consumer, 3_000_000);
        await ExportAsync();
        var record = JsonNode.Parse(await File.ReadAllTextAsync(RecordPath))!;
        record["consumerUnits"]![0]!["bytesUsed"] = record["consumerUnits"]![0]!["bytesUsed"]!.GetValue<ulong>() + 1_000;
        await File.WriteAllTextAsync(RecordPath, record.ToJsonString());

        var run = await CommandRun.OfAsync("verify", RecordPath);

        Assert.Equal(ExitCode.RecordWrong, run.Code);
        Assert.Contains("wrong     consumerUnits[0]", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Verify_ARecordOfANewerVersion_SaysSo()
    {
        await File.WriteAllTextAsync(RecordPath, "{ \"version\": 7 }");

        var run = await CommandRun.OfAsync("verify", RecordPath);

        Assert.Equal(ExitCode.RecordUnreadable, run.Code);
        Assert.Contains("version 7", run.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCode.RecordUnreadable, (await CommandRun.OfAsync("verify", _directory.Combine("nothing.json"))).Code);
    }

    [Fact]
    public async Task Export_OfAnUnknownChannelOrUnderAnotherContract_IsRefused()
    {
        await UseAsync(SessionRole.Consumer, 1_000_000);

        var unknown = await CommandRun.OfAsync("channels", "export", "0xffff", "--data", Data, "--deployment", _directory.Combine("deployment.json"));
        var json = (await File.ReadAllTextAsync(_directory.Combine("deployment.json"))).Replace("31337", "1", StringComparison.Ordinal);
        await File.WriteAllTextAsync(_directory.Combine("deployment.json"), json);
        var other = await ExportAsync();

        Assert.Equal((ExitCode.ChannelUnknown, ExitCode.RecordUnreadable), (unknown.Code, other.Code));
        Assert.Contains("was not opened on contract", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Usage_OfTwoDays_IsSummedAsAskedAndPricedByWhatBothSigned()
    {
        var monday = new DateOnly(2026, 11, 23);
        new DataDirectory(Data).Create();
        await using (var journal = EdgeJournal.Open(new DataDirectory(Data).JournalPath))
        {
            var channel = TestChannels.Record();
            await journal.Channels.SaveAsync(channel);
            foreach (var (number, day) in new[] { (1, monday), (2, monday), (3, monday.AddDays(1)) })
            {
                var session = new SessionRecord
                {
                    SessionId = new Guid(number, 0, 0, new byte[8]), ChannelId = channel.ChannelId, Peer = channel.Peer, Role = channel.Role, StartedAtMs = number,
                };
                await journal.Sessions.BeginAsync(session);
                await journal.Sessions.AddUsageAsync(session.SessionId, day, new UsageBytes(1_000_000, 2_000_000, 3_000_000, 2_900_000, 2_500_000));
                await journal.Sessions.EndAsync(session.SessionId, number + 10, "Orderly");
            }
        }

        var byDay = await CommandRun.OfAsync("usage", "--by", "day", "--csv", "--data", Data);
        Assert.Equal(
            """
            day,session,channel,peer,role,started,ended,end_reason,sessions,sent_bytes,received_bytes,own_bytes,peer_bytes,agreed_bytes,tokens,tokens_ipx
            2026-11-23,,,,,,,,2,2000000,4000000,6000000,5800000,5000000,5000000000000000,0.005
            2026-11-24,,,,,,,,1,1000000,2000000,3000000,2900000,2500000,2500000000000000,0.0025

            """,
            byDay.Output);
        var ofMonday = JsonNode.Parse((await CommandRun.OfAsync("usage", "--to", "2026-11-23", "--json", "--data", Data)).Output)!;
        Assert.Equal(2, ofMonday["rows"]!.AsArray().Count);
        Assert.Equal("0.005", ofMonday["total"]!["tokensIpx"]!.GetValue<string>());
        Assert.Equal("Orderly", ofMonday["rows"]![0]!["endReason"]!.GetValue<string>());
        var forPeople = await CommandRun.OfAsync("usage", "--by", "peer", "--data", Data);
        Assert.Contains("7.5 MB", forPeople.Output, StringComparison.Ordinal);
        Assert.Equal(ExitCode.BadSettings, (await CommandRun.OfAsync("usage", "--from", "tomorrow", "--data", Data)).Code);
    }

    [Fact]
    public async Task Usage_WithoutAJournal_SaysThatNoNodeHasRunThere()
    {
        var run = await CommandRun.OfAsync("usage", "--data", _directory.Combine("nowhere"));

        Assert.Equal(ExitCode.JournalUnusable, run.Code);
        Assert.False(Directory.Exists(_directory.Combine("nowhere")));
    }

    [Fact]
    public async Task Usage_WhileANodeHoldsTheJournal_IsShownAllTheSame()
    {
        await UseAsync(SessionRole.Consumer, 1_000_000);
        var data = new DataDirectory(Data);
        using var held = DataDirectoryLock.Acquire(data);
        await using var journal = EdgeJournal.Open(data.JournalPath);

        Assert.Equal(ExitCode.Success, (await CommandRun.OfAsync("usage", "--data", Data)).Code);
    }

    private Task<CommandRun> ExportAsync(params string[] more) => CommandRun.OfAsync(
    [
        "channels", "export", TestChannels.Record().ChannelId.ToString()[..12], "-o", RecordPath, "--data", Data, "--deployment", _directory.Combine("deployment.json"), .. more,
    ]);

    private async Task UseAsync(SessionRole role, int bytes)
    {
        var data = new DataDirectory(Data);
        data.Create();
        await using var journal = EdgeJournal.Open(data.JournalPath);
        await journal.Channels.SaveAsync(TestChannels.Record(role: role));
        await new UnitExchange(journal, role, TestChannels.Terms(), TestChannels.Domain, TestChannels.Consumer, TestChannels.Provider).MoveAsync(bytes);
    }
}
