using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;
using StandIns.OrleansRuntime;

namespace Orleans.TestingHost;

/// <summary>A silo in the test's own process, with a host and services of its own.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private int _disposed;
    private bool _isActive = true;

    internal InProcessSiloHandle()
    {
    }

    public required IHost SiloHost { get; init; }

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => _isActive;

    public override async Task StopSiloAsync(bool stopGracefully)
    {
        using CancellationTokenSource cancellation = new();
        if (!stopGracefully)
        {
            cancellation.Cancel();
        }

        await StopSiloAsync(cancellation.Token);
    }

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (!IsActive)
        {
            return;
        }

        try
        {
            if (ct.IsCancellationRequested)
            {
                SiloHost.Services.GetRequiredService<SiloHost>().Kill();
            }

            await Task.Run(() => SiloHost.StopAsync(ct), CancellationToken.None);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The other services of a killed host need not stop in order either.
        }
        finally
        {
            _isActive = false;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        try
        {
            if (IsActive)
            {
                await StopSiloAsync(true);
            }
        }
        finally
        {
            if (SiloHost is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync();
            }
            else
            {
                SiloHost.Dispose();
            }
        }
    }

    internal static async Task<InProcessSiloHandle> StartAsync(IHost host, int instanceNumber, TestClusterOptions? options)
    {
        try
        {
            await host.StartAsync();
        }
        catch
        {
            host.Dispose();
            throw;
        }

        ILocalSiloDetails details = host.Services.GetRequiredService<ILocalSiloDetails>();
        return new InProcessSiloHandle
        {
            SiloHost = host,
            Name = details.Name,
            InstanceNumber = (short)instanceNumber,
            SiloAddress = details.SiloAddress,
            GatewayAddress = details.GatewayAddress,
            ClusterOptions = options,
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }
}
