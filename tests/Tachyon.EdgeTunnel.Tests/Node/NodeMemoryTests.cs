using System.Text.Json;
using Tachyon.EdgeTunnel.Control;

namespace Tachyon.EdgeTunnel.Tests.Node;

/// <summary>What holds a node's memory down, and would go unseen until somebody measures (docs/performance.md, Memory of a node).</summary>
public sealed class NodeMemoryTests
{
    [Fact]
    public void Node_BringsNoWebServer() => Assert.DoesNotContain(
        typeof(ControlServer).Assembly.GetReferencedAssemblies(),
        assembly => assembly.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Fact]
    public void Node_BoundsTheYoungestGeneration_HoweverLargeTheProcessorsCache()
    {
        using var settings = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "tachyon-edge.runtimeconfig.json")));

        var collector = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.InRange(collector.GetProperty("System.GC.Gen0MaxBudget").GetInt64(), 1, 4 * 1024 * 1024);
    }
}
