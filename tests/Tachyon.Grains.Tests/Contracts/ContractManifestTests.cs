using System.Reflection;

namespace Tachyon.Grains.Tests.Contracts;

/// <summary>
/// Silos of two versions run side by side during an upgrade, and a new version reads the records of an old one. So what
/// is on the wire and on disk changes only on purpose.
/// </summary>
public sealed class ContractManifestTests
{
    private static readonly Assembly[] Assemblies = [typeof(IChannelGrain).Assembly, typeof(GrainsOptions).Assembly];

    private static string File => RepositoryRoot.Combine("src", "Tachyon.Grains.Interfaces", "contracts.txt");

    [Fact]
    public void Contracts_AreThoseWrittenDown()
    {
        string actual = ContractManifest.Of(Assemblies);
        string expected = System.IO.File.Exists(File) ? System.IO.File.ReadAllText(File) : "";
        if (Environment.GetEnvironmentVariable("TACHYON_WRITE_CONTRACTS") == "1" && FirstLine(expected) != FirstLine(actual))
        {
            System.IO.File.WriteAllText(File, actual);
            return;
        }

        Assert.True(
            expected == actual,
            $"The grain contracts differ from {File}, first at: {FirstDifference(expected, actual)}\n"
            + "Adding a member with a new id, or a method, is safe. Changing or reusing an id, a type or an alias is not: take a new "
            + "alias instead. When the change is meant, raise GrainContracts.Version, run this test with TACHYON_WRITE_CONTRACTS=1, "
            + "and commit the file with the change.");
    }

    [Fact]
    public void Aliases_AreUnique()
    {
        string[] aliases = [.. Assemblies.SelectMany(assembly => assembly.GetTypes())
            .Select(type => type.GetCustomAttribute<AliasAttribute>(inherit: false)?.Alias).OfType<string>()];

        Assert.Equal(aliases.Length, aliases.Distinct().Count());
        Assert.All(aliases, alias => Assert.StartsWith("tachyon.", alias, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryMember_HasAnAlias() => Assert.DoesNotContain("(no alias)", ContractManifest.Of(Assemblies), StringComparison.Ordinal);

    private static string FirstLine(string text) => text.Split('\n')[0];

    private static string FirstDifference(string expected, string actual)
    {
        string[] before = expected.Split('\n');
        string[] after = actual.Split('\n');
        int at = Enumerable.Range(0, Math.Max(before.Length, after.Length))
            .FirstOrDefault(i => before.ElementAtOrDefault(i) != after.ElementAtOrDefault(i), -1);
        return at < 0 ? "nowhere" : $"line {at + 1}: '{before.ElementAtOrDefault(at)}' became '{after.ElementAtOrDefault(at)}'";
    }
}
