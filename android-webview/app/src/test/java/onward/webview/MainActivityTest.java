package onward.webview;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNotSame;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertTrue;
import static org.robolectric.Shadows.shadowOf;

import android.content.res.Configuration;
import android.graphics.Insets;
import android.util.TypedValue;
import android.view.ViewGroup;
import android.view.WindowInsets;
import android.webkit.RenderProcessGoneDetail;
import android.webkit.WebResourceResponse;
import android.webkit.WebSettings;
import android.webkit.WebView;
import android.webkit.WebViewClient;
import java.time.Duration;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.android.controller.ActivityController;
import org.robolectric.annotation.Config;
import org.robolectric.shadows.ShadowSystemClock;
import org.robolectric.shadows.ShadowToast;

/** The life of the app, on the oldest Android it is for and on a newer one. No page runs: a WebView only records. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = {24, 34}, shadows = ShadowServiceWorkers.class)
public final class MainActivityTest {
    private final ActivityController<MainActivity> controller = Robolectric.buildActivity(MainActivity.class);
    private final MainActivity activity = controller.setup().get();

    @Test
    public void opensTheStartPageFromTheApp() {
        String url = shadowOf(activity.web()).getLastLoadedUrl();
        assertEquals(start(), url);
        WebResourceResponse answer = client().shouldInterceptRequest(activity.web(), Requests.get(url));
        assertEquals(200, answer.getStatusCode());
        assertEquals("text/html", answer.getMimeType());
    }

    @Test
    public void thePageMayRunAndStoreAndReachNothingElse() {
        WebSettings settings = activity.web().getSettings();
        assertTrue(settings.getJavaScriptEnabled());
        assertTrue(settings.getDomStorageEnabled());
        assertTrue(settings.getBlockNetworkLoads());
        assertFalse(settings.getAllowFileAccess());
        assertFalse(settings.getAllowContentAccess());
        assertFalse(settings.getAllowFileAccessFromFileURLs());
        assertFalse(settings.getAllowUniversalAccessFromFileURLs());
        assertEquals(WebSettings.MIXED_CONTENT_NEVER_ALLOW, settings.getMixedContentMode());
    }

    @Test
    public void serviceWorkersGetNothing() {
        WebResourceResponse answer = ShadowServiceWorkers.client.shouldInterceptRequest(Requests.get(start()));
        assertEquals(404, answer.getStatusCode());
        assertTrue(ShadowServiceWorkers.settings.getBlockNetworkLoads());
        assertFalse(ShadowServiceWorkers.settings.getAllowFileAccess());
        assertFalse(ShadowServiceWorkers.settings.getAllowContentAccess());
    }

    @Test
    public void anotherOriginIsRefusedAndTheUserIsTold() {
        assertTrue(client().shouldOverrideUrlLoading(activity.web(), Requests.get("https://example.org/")));
        assertNull(ShadowToast.getLatestToast());
        assertTrue(client().shouldOverrideUrlLoading(activity.web(), Requests.tap("https://example.org/a")));
        assertTrue(ShadowToast.getTextOfLatestToast().contains("https://example.org/a"));
        assertNull(shadowOf(activity).getNextStartedActivity());
        assertFalse(client().shouldOverrideUrlLoading(activity.web(), Requests.tap(Pages.ORIGIN + "/other/")));
        WebResourceResponse answer =
            client().shouldInterceptRequest(activity.web(), Requests.get("https://example.org/"));
        assertEquals(403, answer.getStatusCode());
    }

    @Test
    @Config(sdk = 24)
    public void backGoesBackInThePageThenLeaves() {
        visit(Pages.ORIGIN + "/second/");
        activity.onBackPressed();
        assertEquals(1, shadowOf(activity.web()).getGoBackInvocations());
        assertFalse(activity.isFinishing());
        activity.onBackPressed();
        assertTrue(activity.isFinishing());
    }

    @Test
    @Config(sdk = 34)
    public void theBackGestureIsThePagesWhileItCanGoBack() {
        assertFalse(activity.takesBack());
        visit(Pages.ORIGIN + "/second/");
        assertTrue(activity.takesBack());
        activity.web().goBack();
        client().doUpdateVisitedHistory(activity.web(), start(), false);
        assertFalse(activity.takesBack());
    }

    @Test
    public void turningTheDeviceKeepsThePage() {
        WebView before = activity.web();
        RuntimeEnvironment.setQualifiers("+land");
        controller.configurationChange();
        assertEquals(Configuration.ORIENTATION_LANDSCAPE, activity.getResources().getConfiguration().orientation);
        assertSame(activity, controller.get());
        assertSame(before, activity.web());
        assertSame(activity.findViewById(android.R.id.content), before.getParent().getParent());
    }

    @Test
    public void nightKeepsThePageAndDarkensTheApp() {
        WebView before = activity.web();
        assertEquals(0xfff4f2ed, styled(android.R.attr.windowBackground));
        RuntimeEnvironment.setQualifiers("+night");
        controller.configurationChange();
        assertSame(activity, controller.get());
        assertSame(before, activity.web());
        assertEquals(0xff14171b, styled(android.R.attr.windowBackground));
    }

    /** What a WebView takes a page's prefers-color-scheme from; a private attribute before Android 10. */
    @Test
    @Config(sdk = 34)
    public void nightIsToldToThePage() {
        assertEquals(-1, styled(android.R.attr.isLightTheme));
        RuntimeEnvironment.setQualifiers("+night");
        controller.configurationChange();
        assertEquals(0, styled(android.R.attr.isLightTheme));
    }

    @Test
    public void aRecreatedAppIsAtThePageItWasAt() {
        String second = Pages.ORIGIN + "/second/";
        visit(second);
        controller.recreate();
        MainActivity next = controller.get();
        assertNotSame(activity, next);
        assertEquals(second, next.web().getUrl());
    }

    @Test
    @Config(sdk = 34)
    public void aCrashedPageIsMadeAnewAtItsAddress() {
        String second = Pages.ORIGIN + "/second/";
        visit(second);
        WebView before = activity.web();
        ShadowSystemClock.advanceBy(Duration.ofMinutes(1));
        assertTrue(client().onRenderProcessGone(before, gone(true)));
        assertTrue(shadowOf(before).wasDestroyCalled());
        assertNull(before.getParent());
        assertNotSame(before, activity.web());
        assertNotNull(activity.web().getParent());
        assertEquals(second, shadowOf(activity.web()).getLastLoadedUrl());
        assertFalse(activity.isFinishing());
        assertFalse(activity.takesBack());
    }

    @Test
    @Config(sdk = 34)
    public void aPageThatCannotStartEndsTheApp() {
        ShadowSystemClock.advanceBy(Duration.ofSeconds(1));
        assertTrue(client().onRenderProcessGone(activity.web(), gone(true)));
        assertTrue(activity.isFinishing());
        assertNull(activity.web());
        controller.pause().stop().destroy();
    }

    @Test
    @Config(sdk = 34)
    public void aPageWhoseMemoryWasTakenOutOfSightReturnsWithTheApp() {
        controller.pause().stop();
        ShadowSystemClock.advanceBy(Duration.ofMinutes(1));
        assertTrue(client().onRenderProcessGone(activity.web(), gone(false)));
        assertNull(activity.web());
        RuntimeEnvironment.setQualifiers("+night");
        controller.configurationChange();
        controller.start().resume();
        assertEquals(start(), shadowOf(activity.web()).getLastLoadedUrl());
    }

    @Test
    @Config(sdk = 34)
    public void thePageStaysInsideBarsAndAboveTheKeyboard() {
        WindowInsets insets = new WindowInsets.Builder()
            .setInsets(WindowInsets.Type.statusBars(), Insets.of(0, 60, 0, 0))
            .setInsets(WindowInsets.Type.displayCutout(), Insets.of(40, 0, 0, 0))
            .setInsets(WindowInsets.Type.navigationBars(), Insets.of(0, 0, 0, 48))
            .setInsets(WindowInsets.Type.ime(), Insets.of(0, 0, 0, 700))
            .build();
        ViewGroup frame = (ViewGroup) activity.web().getParent();
        assertTrue(frame.dispatchApplyWindowInsets(insets).isConsumed());
        assertEquals(40, frame.getPaddingLeft());
        assertEquals(60, frame.getPaddingTop());
        assertEquals(0, frame.getPaddingRight());
        assertEquals(700, frame.getPaddingBottom());
    }

    @Test
    public void theEndDestroysThePage() {
        WebView web = activity.web();
        controller.pause().stop().destroy();
        assertTrue(shadowOf(web).wasDestroyCalled());
    }

    private WebViewClient client() {
        return shadowOf(activity.web()).getWebViewClient();
    }

    private String start() {
        return Pages.ORIGIN + "/" + activity.getString(R.string.start_page);
    }

    /** The page goes to another address, as a WebView tells it. */
    private void visit(String url) {
        activity.web().loadUrl(url);
        shadowOf(activity.web()).pushEntryToHistory(start());
        shadowOf(activity.web()).pushEntryToHistory(url);
        client().doUpdateVisitedHistory(activity.web(), url, false);
    }

    private int styled(int attribute) {
        TypedValue value = new TypedValue();
        assertTrue(activity.getTheme().resolveAttribute(attribute, value, true));
        return value.data;
    }

    private static RenderProcessGoneDetail gone(boolean didCrash) {
        return new RenderProcessGoneDetail() {
            @Override
            public boolean didCrash() {
                return didCrash;
            }

            @Override
            public int rendererPriorityAtExit() {
                return WebView.RENDERER_PRIORITY_IMPORTANT;
            }
        };
    }
}
