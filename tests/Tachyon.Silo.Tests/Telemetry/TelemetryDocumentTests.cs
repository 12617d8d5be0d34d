using System.Text.RegularExpressions;

namespace Tachyon.Silo.Tests.Telemetry;

/// <summary>docs/telemetry.md, the dashboard and the alert rules name the metrics that the programs have, with labels that they give them.</summary>
public sealed partial class TelemetryDocumentTests
{
    private static readonly string[] Monitoring = ["alerts.yml", "dashboard.json"];

    // What the collector and Prometheus add.
    private static readonly string[] OtherLabels = ["le", "instance", "job", "service_instance_id", "service_name"];

    private static readonly string Sources = string.Concat(
        Directory.EnumerateFiles(RepositoryRoot.Combine("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal)).Select(File.ReadAllText));

    private static readonly HashSet<string> Instruments = [.. Instrument().Matches(Sources).Select(match => match.Groups[1].Value)];

    [Fact]
    public void Document_ListsEveryInstrument_AndNoOther()
    {
        var rows = File.ReadLines(RepositoryRoot.Combine("docs", "telemetry.md")).Where(line => line.StartsWith("| `tachyon.", StringComparison.Ordinal));

        Assert.Equal(Instruments.Order(), rows.SelectMany(row => Name().Matches(row.Split('|')[1]).Select(match => match.Groups[1].Value)).Order());
        Assert.True(Instruments.Count > 30);
    }

    [Fact]
    public void DashboardAndAlerts_NameMetricsThatExist()
    {
        var known = Instruments.Select(name => name.Replace('.', '_')).ToHashSet();
        foreach (var (file, text) in Monitoring.Select(file => (file, File.ReadAllText(RepositoryRoot.Combine("deploy", "monitoring", file)))))
        {
            var used = Charted().Matches(text).Select(match => match.Value).Distinct().ToList();

            Assert.NotEmpty(used);
            Assert.Empty(used.Where(name => !known.Contains(name) && !known.Contains(Part().Replace(name, ""))).Select(name => $"{file}: {name}"));
        }
    }

    [Fact]
    public void DashboardAndAlerts_NameLabelsThatAreGiven_AndValuesThatExist()
    {
        foreach (var (file, text) in Monitoring.Select(file => (file, File.ReadAllText(RepositoryRoot.Combine("deploy", "monitoring", file)).Replace("\\\"", "\"", StringComparison.Ordinal))))
        {
            var labels = By().Matches(text).SelectMany(match => match.Groups[1].Value.Split(',')).Select(label => label.Trim()).Distinct();
            Assert.Empty(labels.Where(label => !OtherLabels.Contains(label) && !IsTagged(label)).Select(label => $"{file}: {label}"));
            Assert.Empty(Selector().Matches(text).Where(match => !IsTagged(match.Groups[1].Value)).Select(match => $"{file}: {match.Value}"));

            // Names of an enumeration, of the gateway's messages, or texts.
            Assert.Empty(Selector().Matches(text).Where(match => !Sources.Contains($"\"{match.Groups[2].Value}\"", StringComparison.Ordinal)
                && !Regex.IsMatch(Sources, $@"\b{match.Groups[2].Value}\b")).Select(match => $"{file}: {match.Value}"));
        }
    }

    private static bool IsTagged(string label) => Regex.IsMatch(Sources, $@"KeyValuePair<string, object\?>\(""{label}""|new\(""{label}"",|\(""{label}"", ");

    [GeneratedRegex(@"(?:Create\w+(?:<\w+>)?\(|^\s*)""(tachyon\.[a-z_]+\.[a-z_.]+)"",", RegexOptions.Multiline)]
    private static partial Regex Instrument();

    [GeneratedRegex(@"`(tachyon\.[a-z_.]+)`")]
    private static partial Regex Name();

    [GeneratedRegex(@"\btachyon_[a-z_]+")]
    private static partial Regex Charted();

    [GeneratedRegex("_(bucket|count|sum)$")]
    private static partial Regex Part();

    [GeneratedRegex(@"\b(?:by|without) ?\(([^)]*)\)")]
    private static partial Regex By();

    [GeneratedRegex(@"[{,]\s*([a-z_]+)=~?""([^""]*)""")]
    private static partial Regex Selector();
}
