package onward.webview;

import android.app.Activity;
import android.content.pm.ApplicationInfo;
import android.content.res.Configuration;
import android.graphics.Insets;
import android.net.Uri;
import android.os.Build;
import android.os.Bundle;
import android.os.SystemClock;
import android.util.Log;
import android.view.WindowInsets;
import android.view.WindowInsetsController;
import android.webkit.ServiceWorkerController;
import android.webkit.ServiceWorkerWebSettings;
import android.webkit.WebChromeClient;
import android.webkit.WebSettings;
import android.webkit.WebView;
import android.widget.FrameLayout;
import android.widget.Toast;
import android.window.OnBackInvokedCallback;
import android.window.OnBackInvokedDispatcher;

/**
 * The app: one page of its assets in one WebView. What the page may reach is decided in Pages and PageClient; here is
 * its life: made, turned, gone back in, put away, restored, made anew when its process is gone.
 */
public final class MainActivity extends Activity implements PageClient.Host {
    private static final String TAG = "Onward";

    /** A page whose process is gone sooner than this after its start would be so again, without end. */
    private static final long SHORTEST_LIFE_MS = 5_000;

    private FrameLayout frame;
    /** Null while there is none: its process is gone, and the app is not in sight. */
    private WebView web;
    private String address;
    private long madeAt;
    private boolean isInSight;
    /** Registered while the page can go back; otherwise the gesture belongs to the system. Android 13 and later. */
    private OnBackInvokedCallback back;

    @Override
    protected void onCreate(Bundle state) {
        super.onCreate(state);
        WebView.setWebContentsDebuggingEnabled((getApplicationInfo().flags & ApplicationInfo.FLAG_DEBUGGABLE) != 0);
        refuseServiceWorkers();
        frame = new FrameLayout(this);
        setContentView(frame);
        stayInsideBars();
        address = Pages.ORIGIN + "/" + getString(R.string.start_page);
        makePage(state);
    }

    @Override
    protected void onStart() {
        super.onStart();
        isInSight = true;
        if (web == null) makePage(null);
        web.onResume();
    }

    @Override
    protected void onStop() {
        isInSight = false;
        if (web != null) web.onPause();
        super.onStop();
    }

    /** The address and the history; what was learned is the page's to store. */
    @Override
    protected void onSaveInstanceState(Bundle state) {
        super.onSaveInstanceState(state);
        if (web != null) web.saveState(state);
    }

    @Override
    protected void onDestroy() {
        if (web != null) dropPage();
        super.onDestroy();
    }

    /** Light or dark may have changed. The style is resolved anew; the WebView reads it and tells the page. */
    @Override
    public void onConfigurationChanged(Configuration configuration) {
        super.onConfigurationChanged(configuration);
        getTheme().applyStyle(R.style.App, true);
        getWindow().setBackgroundDrawableResource(R.color.ground);
        if (web != null) web.setBackgroundColor(getColor(R.color.ground));
        if (Build.VERSION.SDK_INT >= Build.VERSION_CODES.R) {
            int light = WindowInsetsController.APPEARANCE_LIGHT_STATUS_BARS
                | WindowInsetsController.APPEARANCE_LIGHT_NAVIGATION_BARS;
            WindowInsetsController bars = getWindow().getInsetsController();
            bars.setSystemBarsAppearance(configuration.isNightModeActive() ? 0 : light, light);
        }
    }

    /** Android 12 and older. */
    @Override
    public void onBackPressed() {
        if (web != null && web.canGoBack()) web.goBack();
        else super.onBackPressed();
    }

    @Override
    public void onHistory(String url) {
        address = url;
        followHistory();
    }

    @Override
    public void onRefused(Uri url) {
        Toast.makeText(this, getString(R.string.stays_offline, url), Toast.LENGTH_LONG).show();
    }

    @Override
    public void onRenderProcessGone(String reason) {
        Log.w(TAG, "The process of " + address + " is gone: " + reason + ".");
        dropPage();
        if (SystemClock.elapsedRealtime() - madeAt < SHORTEST_LIFE_MS) {
            Log.e(TAG, "It lived less than " + SHORTEST_LIFE_MS + " ms: the app ends rather than to try for ever.");
            finish();
        } else if (isInSight) {
            makePage(null);
        }
    }

    WebView web() {
        return web;
    }

    boolean takesBack() {
        return back != null;
    }

    private void makePage(Bundle state) {
        web = new WebView(this);
        web.setBackgroundColor(getColor(R.color.ground));
        restrict(web.getSettings());
        web.setWebViewClient(new PageClient(new Pages(getAssets()), this));
        web.setWebChromeClient(new WebChromeClient());
        frame.addView(web);
        madeAt = SystemClock.elapsedRealtime();
        if (state == null || web.restoreState(state) == null) web.loadUrl(address);
    }

    private void dropPage() {
        frame.removeView(web);
        web.destroy();
        web = null;
        followHistory();
    }

    private static void restrict(WebSettings settings) {
        settings.setJavaScriptEnabled(true);
        settings.setDomStorageEnabled(true);
        settings.setUseWideViewPort(true);
        settings.setBuiltInZoomControls(true);
        settings.setDisplayZoomControls(false);
        settings.setAllowContentAccess(false);
        settings.setAllowFileAccess(false);
        settings.setAllowFileAccessFromFileURLs(false);
        settings.setAllowUniversalAccessFromFileURLs(false);
        settings.setBlockNetworkLoads(true);
        settings.setGeolocationEnabled(false);
        settings.setMixedContentMode(WebSettings.MIXED_CONTENT_NEVER_ALLOW);
    }

    private static void refuseServiceWorkers() {
        ServiceWorkerController controller = ServiceWorkerController.getInstance();
        controller.setServiceWorkerClient(PageClient.noServiceWorkers());
        ServiceWorkerWebSettings settings = controller.getServiceWorkerWebSettings();
        settings.setAllowContentAccess(false);
        settings.setAllowFileAccess(false);
        settings.setBlockNetworkLoads(true);
    }

    /**
     * From Android 15 a window lies under the bars whether it wants to or not, so this one does from Android 11, and
     * makes room itself: for bars, cutout and keyboard. Before that the system makes room.
     */
    private void stayInsideBars() {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.R) return;
        getWindow().setDecorFitsSystemWindows(false);
        frame.setOnApplyWindowInsetsListener((view, insets) -> {
            Insets taken = insets.getInsets(
                WindowInsets.Type.systemBars() | WindowInsets.Type.displayCutout() | WindowInsets.Type.ime());
            view.setPadding(taken.left, taken.top, taken.right, taken.bottom);
            return WindowInsets.CONSUMED;
        });
    }

    private void followHistory() {
        if (Build.VERSION.SDK_INT < Build.VERSION_CODES.TIRAMISU) return;
        boolean canGoBack = web != null && web.canGoBack();
        if (canGoBack == (back != null)) return;
        OnBackInvokedDispatcher dispatcher = getOnBackInvokedDispatcher();
        if (canGoBack) {
            back = () -> web.goBack();
            dispatcher.registerOnBackInvokedCallback(OnBackInvokedDispatcher.PRIORITY_DEFAULT, back);
        } else {
            dispatcher.unregisterOnBackInvokedCallback(back);
            back = null;
        }
    }
}
