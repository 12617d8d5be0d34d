using Tachyon.Demo;

namespace Tachyon.EndToEnd.Tests;

/// <summary>Eight ports in a row for the demo's processes.</summary>
internal static class FreePorts
{
    public static int Base()
    {
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var portBase = Random.Shared.Next(20_000, 32_000);
            try
            {
                new DemoPorts(portBase).EnsureFree();
                return portBase;
            }
            catch (DemoFailure)
            {
                // Taken by something else on this machine: try elsewhere.
            }
        }

        throw new InvalidOperationException("No eight free ports in a row were found in 100 attempts.");
    }
}
